import Foundation
import Live
import Synchronization
import Threads

/// Says the same bytes to everybody who connects, then ends the connection.
final class LoopbackPeer: Sendable {
    private let listener: Int32
    private let said = Said()
    /// Of TCP at 127.0.0.1; 0 for a Unix socket.
    let port: Int

    var answer: [UInt8] {
        get { said.bytes.withLock { $0 } }
        set { said.bytes.withLock { $0 = newValue } }
    }

    /// The thread that serves has it too, and may outlive the peer.
    private final class Said: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    /// - Parameter path: of a Unix socket; nil takes a free port of this machine.
    init(socket path: String? = nil) throws {
        let listener: Int32
        var bound: Int32
        if let path {
            listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            bound = UnixSocket.withAddress(path) { bind(listener, $0, $1) } ?? -1
            port = 0
        } else {
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(port: 0)
            var length = Self.length
            bound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    let bound = bind(listener, address, length)
                    return bound == 0 ? getsockname(listener, address, &length) : bound
                }
            }
            port = Int(UInt16(bigEndian: address.sin_port))
        }
        self.listener = listener
        if bound == 0 { bound = listen(listener, 64) }
        precondition(bound == 0, "cannot listen: \(String(cString: strerror(errno)))")
        NamedThread("peer") { [said] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Self.setTimeout(client)
                Self.send(said.bytes.withLock { $0 }, to: client)
                shutdown(client, Int32(SHUT_WR))
                _ = Self.receive(from: client, atMost: 1 << 16)
                close(client)
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Sends a request and gives all of the answer, as far as it comes within a second.
    static func exchange(_ request: [UInt8], port: Int) -> [UInt8] {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        setTimeout(client)
        var address = loopback(port: port)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) }
        }
        guard connected == 0 else { return [] }
        send(request, to: client)
        shutdown(client, Int32(SHUT_WR))
        return receive(from: client, atMost: 1 << 20)
    }

    private static let length = socklen_t(MemoryLayout<sockaddr_in>.size)

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func setTimeout(_ descriptor: Int32) {
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    private static func receive(from descriptor: Int32, atMost limit: Int) -> [UInt8] {
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16 << 10))
        while answer.count < limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
        }
        return answer
    }
}
