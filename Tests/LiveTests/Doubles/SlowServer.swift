import Foundation
import Live
import Threads

/// Answers one client at a Unix socket with blank after blank, until it is gone.
final class SlowServer {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("camber-\(UUID().uuidString).sock").path
    private let socket: Int32

    init() throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let socket = socket
        let status = UnixSocket.withAddress(path) { bind(socket, $0, $1) }
        guard status == 0, listen(socket, 1) == 0 else { throw CocoaError(.fileWriteUnknown) }
        NamedThread("slow") {
            let client = accept(socket, nil, nil)
            // Ten seconds at most.
            for _ in 0..<2000 where send(client, " ", 1, Int32(MSG_NOSIGNAL)) == 1 { usleep(5000) }
            close(client)
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
        unlink(path)
    }
}
