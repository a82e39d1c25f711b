import Live
import Synchronization

/// Whether the daemon misses its deadlines, by what it answers on its status socket.
///
/// Threading: any.
final class DaemonLateness: Sendable {
    private let socket: String?
    /// Frames dropped as late, at the last answer.
    private let dropped = Mutex<Int?>(nil)

    /// - Parameter socket: nil where the daemon has none; then it is never late.
    init(socket: String?) {
        self.socket = socket
    }

    /// Whether frames were dropped since the last call because the loop was busy. A daemon that does not answer is not running
    /// and misses nothing; a rate below the target alone may be the camera's.
    func isLate() -> Bool {
        guard let socket, let status = try? StatusClient.status(socket) else { return false }
        let late = status.drops[LoopStatistics.Drop.late.rawValue] ?? 0
        return dropped.withLock { last in
            defer { last = late }
            return late > last ?? late
        }
    }
}
