import Status
import Synchronization

/// The daemon's `WallClock`, for those who report it.
///
/// Threading: any.
final class SharedClock: Sendable {
    private let clock = Mutex(WallClock())

    var report: ClockReport { clock.withLock { $0.report } }

    func look(wall: Double, monotonic: Duration, slept: Duration) -> WallClock.Event? {
        clock.withLock { $0.look(wall: wall, monotonic: monotonic, slept: slept) }
    }
}
