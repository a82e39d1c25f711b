import Errors
import Glibc

/// A socket that takes connections at an address of this machine. No other program inherits it.
struct ListeningSocket {
    /// Connections that wait to be taken.
    private static let backlog: Int32 = 128

    let descriptor: Int32
    let port: Int

    /// - Parameters:
    ///   - host: a name or a number, without brackets.
    ///   - port: 0 for any that is free.
    /// - Throws: where there is no such address here, or another program has it.
    init(host: String, port: Int) throws(CamberError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        let addresses = found.map { Array(sequence(first: $0.pointee) { $0.ai_next?.pointee }) } ?? []
        guard status == 0, !addresses.isEmpty else {
            throw CamberError(
                "Cannot listen at \(WebServer.place(host, port)): \(String(cString: gai_strerror(status))).")
        }
        defer { freeaddrinfo(found) }
        let address = addresses[WebServer.choice(among: addresses.map(\.ai_family))]
        descriptor = socket(address.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        guard descriptor >= 0,
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
            bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, Self.backlog) == 0
        else {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            throw .system("Cannot listen at \(WebServer.place(host, port))", number, remedy: "Does another program listen there?")
        }
        self.port = Self.port(of: descriptor)
    }

    private static func port(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let number = withUnsafeMutableBytes(of: &storage) { bytes in
            getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!, &length)
            // At the same place for both families.
            return bytes.assumingMemoryBound(to: sockaddr_in.self)[0].sin_port
        }
        return Int(UInt16(bigEndian: number))
    }
}
