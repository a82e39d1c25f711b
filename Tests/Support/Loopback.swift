import Foundation

/// Connections to servers of this machine.
public enum Loopback {
    /// - Parameter prepare: gets the socket before it is connected.
    /// - Returns: the socket, which the caller closes.
    /// - Throws: `POSIXError` where nobody listens.
    public static func connect(_ port: Int, prepare: (Int32) -> Void = { _ in }) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        prepare(socket)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let problem = POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED)
            close(socket)
            throw problem
        }
        return socket
    }

    /// Waits so long for bytes at the most. Units: seconds.
    public static func setPatience(_ seconds: Int, of socket: Int32) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
}
