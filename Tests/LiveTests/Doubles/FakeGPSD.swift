import Foundation
import Synchronization
import Threads

/// A server that says what a test wants to everybody who connects.
final class FakeGPSD: Sendable {
    let port: Int
    private let socket: Int32
    private let clients = Mutex<[Int32]>([])
    private let heardBytes = Mutex<[UInt8]>([])

    /// - Parameter port: 0 for any.
    init(port: Int = 0) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && listen(socket, 4) == 0 && getsockname(socket, address, &size) == 0
            }
        }
        guard status else { throw CocoaError(.fileWriteUnknown) }
        self.socket = socket
        self.port = Int(in_port_t(bigEndian: address.sin_port))
        NamedThread("fake gpsd") { [weak self] in
            while let self { self.turn() }
        }
    }

    deinit {
        close(socket)
        hangUp()
    }

    /// Lets clients in and hears them.
    private func turn() {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        if poll(&waiting, 1, 20) > 0 {
            let client = accept(socket, nil, nil)
            if client >= 0 { clients.withLock { $0.append(client) } }
        }
        for client in clients.withLock({ $0 }) {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(client, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { heardBytes.withLock { $0 += buffer[..<count] } }
        }
    }

    /// What clients have said.
    var heard: String { heardBytes.withLock { String(decoding: $0, as: UTF8.self) } }
    var clientCount: Int { clients.withLock { $0.count } }

    func say(_ text: String) { say(Array(text.utf8)) }

    /// Gives up where a client takes no more.
    func say(_ bytes: [UInt8]) {
        for client in clients.withLock({ $0 }) { _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
    }

    func hangUp() {
        clients.withLock { clients in
            for client in clients { close(client) }
            clients = []
        }
    }
}
