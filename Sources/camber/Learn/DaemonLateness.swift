import Live
import Synchronization

/// Whether the daemon misses its deadlines, by what it answers on its status socket.
///
/// Threading: any.
final class DaemonLateness: Sendable {
    /// The share of late frames from which on the daemon misses its deadlines; a single one is nothing.
    private static let limit = 0.01
    private let socket: String?
    /// Frames delivered and dropped as late, at the last answer.
    private let counts = Mutex<(delivered: Int, late: Int)?>(nil)

    /// - Parameter socket: nil where the daemon has none; then it is never late.
    init(socket: String?) {
        self.socket = socket
    }

    /// Whether more than a few frames were dropped since the last call because the loop was busy. A daemon that does not answer
    /// is not running and misses nothing; a rate below the target alone may be the camera's.
    func isLate() -> Bool {
        guard let socket, let status = try? StatusClient.status(socket) else { return false }
        let now = (delivered: status.frames, late: status.drops[LoopStatistics.Drop.late.rawValue] ?? 0)
        return counts.withLock { last in
            defer { last = now }
            guard let last else { return false }
            let (delivered, late) = (now.delivered - last.delivered, now.late - last.late)
            return Double(late) > Self.limit * Double(max(0, delivered + late))
        }
    }
}
