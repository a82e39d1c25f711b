import Foundation
import TestSupport

/// A connection to this machine that says only what it is told.
final class RawConnection {
    private let socket: Int32

    /// - Parameter receiveBuffer: units: bytes that the kernel takes in before somebody reads.
    init(_ port: Int, receiveBuffer: Int32? = nil) throws {
        socket = try Loopback.connect(port) { socket in
            if var size = receiveBuffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
        }
        Loopback.setPatience(60, of: socket)
    }

    deinit { close(socket) }

    func send(_ text: String) { _ = Glibc.send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }

    /// Says that no more will come, and goes on listening.
    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// What comes next, at most 64 KB; empty where the other side has closed.
    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// All that comes until the other side closes.
    func receiveAll() -> String {
        var all = ""
        while case let more = receive(), !more.isEmpty { all += more }
        return all
    }
}
