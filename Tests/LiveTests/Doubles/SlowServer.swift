import Foundation
import Threads

/// Answers one client at a Unix socket with blank after blank, until it is gone.
final class SlowServer {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("camber-\(UUID().uuidString).sock").path
    private let socket: Int32

    init() throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let socket = socket
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
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
