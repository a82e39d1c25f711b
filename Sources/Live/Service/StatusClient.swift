import Configuration
import Errors
import Foundation
import Status
import Threads

/// Asks a running daemon how it is.
public enum StatusClient {
    /// Units: bytes; more is no answer of ours.
    private static let largestAnswer = 1 << 20

    /// The daemon's answer as it sent it.
    ///
    /// - Parameters:
    ///   - command: what it is asked for; nil for how it is.
    ///   - patience: for the whole answer, in however small pieces it comes.
    /// - Throws: where nobody listens, this user may not ask, or the answer is not there in time.
    public static func ask(
        _ path: String, _ command: String? = nil, patience: Duration = .seconds(3)
    ) throws(LiveError) -> Data {
        let end = MonotonicClock.now + patience
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        UnixSocket.setTimeout(socket, seconds: 3)
        let connected = UnixSocket.withAddress(path) { connect(socket, $0, $1) }
        guard connected == 0 else {
            let number = errno
            let service = StatusSocketPath.camera(path).map { "'systemctl status camber@\($0)' says whether its service runs." }
            let error = CamberError.system(
                "No daemon answers at \(path)", number,
                remedy: "\(service ?? "Is 'camber run' running?") A socket that its configuration names is given with --socket.")
            // A daemon is there; a service's socket is open to its user and its group.
            throw LiveError(
                error.code, error.problem,
                remedy: error.code == .notPermitted ? "Only its user, its group and root may ask it: use 'sudo'." : error.remedy)
        }
        let line = Array((command.map { $0 + "\n" } ?? "").utf8)
        _ = send(socket, line, line.count, Int32(MSG_NOSIGNAL))
        shutdown(socket, Int32(SHUT_WR))
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while answer.count <= largestAnswer {
            let left = end - MonotonicClock.now
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard left > .zero, poll(&waiting, 1, Int32(left.inMilliseconds.rounded(.up))) > 0 else { break }
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return answer }
            if count < 0 { break }
            answer.append(contentsOf: buffer[..<count])
        }
        throw LiveError("The daemon at \(path) did not answer in time.")
    }

    public static func status(_ path: String) throws(LiveError) -> DaemonStatus {
        let answer = try ask(path)
        do {
            return try DaemonStatus(json: answer)
        } catch {
            throw LiveError("What answers at \(path) is not this version of Camber.")
        }
    }
}
