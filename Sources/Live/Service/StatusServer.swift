import Configuration
import Files
import Foundation
import Threads

/// Answers everyone who connects to a Unix socket with one JSON text: to a line that is a command what that says, else how it is.
///
/// Threading: `answer` and the commands are called by the server's own thread; `stop` from any.
public final class StatusServer: Sendable {
    private let path: String
    private let socket: Int32
    /// Of the socket's file, which another daemon may have replaced in the end.
    private let file: FileID?
    private let stopSignal = StopSignal()
    private let answer: @Sendable () -> Data
    private let commands: [String: @Sendable () -> Data]
    /// Who asks nothing by then wants to know how it is.
    private static let longestQuestion = Duration.milliseconds(100)

    /// Makes the socket, and its folder where that is missing.
    ///
    /// - Throws: where the socket cannot be made, or another daemon answers there.
    public init(
        path: String, commands: [String: @Sendable () -> Data] = [:], answer: @escaping @Sendable () -> Data
    ) throws(LiveError) {
        self.path = path
        (self.answer, self.commands) = (answer, commands)
        if let problem = StatusSocketPath.problem(with: path) {
            throw LiveError(problem, remedy: "Set 'status: socket:' to a path of its own.")
        }
        if (try? StatusClient.ask(path)) != nil {
            throw LiveError("Another daemon answers at \(path).", remedy: "Give this one a 'status: socket:' of its own.")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        Self.removeOldSocket(path)
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let socket = socket
        let bound = UnixSocket.withAddress(path) { bind(socket, $0, $1) }
        guard socket >= 0, bound == 0, chmod(path, 0o660) == 0, listen(socket, 8) == 0 else {
            let reason = String(cString: strerror(errno))
            close(socket)
            throw LiveError(
                "Cannot listen at \(path): \(reason).", remedy: "Set 'status: socket:' to a path that can be written.")
        }
        file = FileID(path)
    }

    public func start() {
        NamedThread("status") { [self] in serve() }
    }

    /// Whether clients still find it: somebody may have removed its file.
    public var isThere: Bool { FileID(path) == file }

    public func stop() {
        stopSignal.set()
        if FileID(path) == file { Self.removeOldSocket(path) }
    }

    /// Only ever removes a socket: a mistyped path must not cost anybody a file.
    private static func removeOldSocket(_ path: String) {
        var entry = stat()
        guard lstat(path, &entry) == 0 else { return }
        if entry.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    }

    /// The line that a client sends; empty where it sends none in time.
    private static func question(_ client: Int32) -> String {
        let end = MonotonicClock.now + longestQuestion
        var line: [UInt8] = []
        while line.count < 64 {
            let left = end - MonotonicClock.now
            var waiting = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
            guard left > .zero, poll(&waiting, 1, Int32(left.inMilliseconds.rounded(.up))) > 0 else { break }
            var byte: UInt8 = 0
            guard recv(client, &byte, 1, Int32(MSG_DONTWAIT)) == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// One client after the other: each gets a second to take its answer.
    private func serve() {
        while !stopSignal.isSet {
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            let client = accept(socket, nil, nil)
            // The call that does both is hidden from Swift.
            if client >= 0 { _ = fcntl(client, F_SETFD, FD_CLOEXEC) }
            guard client >= 0 else {
                // Out of file descriptors, most likely: do not spin.
                _ = stopSignal.wait(until: MonotonicClock.now + .milliseconds(200))
                continue
            }
            UnixSocket.setTimeout(client, seconds: 1)
            let command = commands[Self.question(client)]
            (command ?? answer)().withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let count = send(client, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                    if count <= 0 { break }
                    sent += count
                }
            }
            close(client)
        }
        close(socket)
    }
}
