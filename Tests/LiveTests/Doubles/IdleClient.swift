import Foundation
import Live

/// Connects to a Unix socket and does nothing more.
final class IdleClient {
    private let socket: Int32

    init(_ path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let socket = socket
        let status = UnixSocket.withAddress(path) { connect(socket, $0, $1) }
        guard status == 0 else { throw CocoaError(.fileReadUnknown) }
    }

    deinit { close(socket) }
}
