import Foundation

/// The service manager's end of the notify protocol, in the abstract name space.
final class NotifySocket {
    /// What NOTIFY_SOCKET would say.
    let name = "@camber-test-\(UUID().uuidString)"
    private let socket: Int32
    private var received: [String] = []

    init() throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = [0] + Array(name.utf8.dropFirst())
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = socket
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(2 + bytes.count)) }
        }
        guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { close(socket) }

    /// Everything that has been said so far.
    var messages: [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count >= 0 {
            received.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return received
    }
}
