import Foundation

/// The service manager's end of the notify protocol.
public final class NotifySocket {
    /// What NOTIFY_SOCKET would say.
    public let name: String
    private let socket: Int32
    private var received: [String] = []

    public init(isAbstract: Bool = true) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("camber-notify-\(UUID().uuidString)").path
        name = isAbstract ? "@" + path : path
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = isAbstract ? [0] + Array(path.utf8) : Array(path.utf8) + [0]
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = socket
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(2 + bytes.count)) }
        }
        guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit {
        close(socket)
        if !name.hasPrefix("@") { unlink(name) }
    }

    /// The next message; nil where none is there.
    public func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Everything that has been said so far, in order.
    public var messages: [String] {
        while let message = receive() { received.append(message) }
        return received
    }
}
