import Foundation
import Synchronization

/// Slows a cycle down while the daemon misses its deadlines: the pauses between two steps grow and shrink by doubling.
///
/// Threading: `pause` is called by the thread that works; any may read the current pause.
package final class CycleThrottle: Sendable {
    private static let shortest = Duration.milliseconds(250)
    private static let longest = Duration.seconds(8)
    private static let askEvery = Duration.seconds(1)
    private static let nap = Duration.milliseconds(100)

    private let daemonIsLate: @Sendable () -> Bool
    private let isStopped: @Sendable () -> Bool
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) -> Void
    private let state: Mutex<(length: Duration, asked: ContinuousClock.Instant?)> = Mutex((.zero, nil))

    package init(
        daemonIsLate: @escaping @Sendable () -> Bool, isStopped: @escaping @Sendable () -> Bool,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    ) {
        (self.daemonIsLate, self.isStopped, self.now, self.sleep) = (daemonIsLate, isStopped, now, sleep)
    }

    /// How long the pause between two steps is.
    package var length: Duration { state.withLock { $0.length } }

    /// Waits as long as it should between two steps. True where the work is to end.
    package func pause() -> Bool {
        if isStopped() { return true }
        let time = now()
        if state.withLock({ $0.asked.map { time - $0 >= Self.askEvery } ?? true }) {
            let isLate = daemonIsLate()
            state.withLock {
                $0.asked = time
                $0.length = Self.next($0.length, isLate: isLate)
            }
        }
        let end = now() + length
        while now() < end {
            sleep(min(Self.nap, end - now()))
            if isStopped() { return true }
        }
        return false
    }

    /// The pause after one of this length: twice as long while the daemon is late, half as long otherwise, within the limits.
    package static func next(_ length: Duration, isLate: Bool) -> Duration {
        guard isLate else { return length <= shortest ? .zero : length / 2 }
        return min(longest, max(shortest, length * 2))
    }
}
