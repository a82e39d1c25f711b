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

    /// Since the last call: frames dropped because the loop was busy, or a rate below the target. A daemon that does not
    /// answer is not running and misses nothing.
    func isLate() -> Bool {
        guard let socket, let status = try? StatusClient.status(socket) else { return false }
        let late = status.drops["late"] ?? 0
        let before = dropped.withLock { last in
            defer { last = late }
            return last ?? late
        }
        return late > before || status.deliveredFps < 0.98 * (status.targetFps ?? 0)
    }
}
