import Status
import Synchronization

/// The rates, latencies and drops of the last ten minutes, in fixed memory.
///
/// Threading: any.
package final class ReadingHistory: Sendable {
    /// Units: seconds between two points.
    static let step = 2.0
    static let points = 300

    package struct Point: Sendable, Encodable, Equatable {
        /// Units: seconds since the daemon's start.
        package var time: Double
        /// Units: frames per second.
        package var delivered: Double
        /// Units: milliseconds, over the last ten seconds.
        package var latencyP50: Double
        package var latencyP90: Double
        /// Frames dropped since the point before: those overtaken by a newer one, and those beyond the target.
        package var late: Int
        package var surplus: Int
    }

    private struct State {
        var points: [Point] = []
        var lastDrops: [String: Int]?
    }

    private let state = Mutex(State())

    package init() {}

    package func add(_ status: DaemonStatus) {
        state.withLock { state in
            func new(_ reason: String) -> Int {
                guard let last = state.lastDrops else { return 0 }
                return max(0, (status.drops[reason] ?? 0) - (last[reason] ?? 0))
            }
            state.points.append(
                Point(
                    time: status.uptime, delivered: status.deliveredFps, latencyP50: status.latency.p50,
                    latencyP90: status.latency.p90, late: new("late"), surplus: new("surplus")))
            if state.points.count > Self.points { state.points.removeFirst() }
            state.lastDrops = status.drops
        }
    }

    /// Oldest first.
    package var all: [Point] { state.withLock { $0.points } }
}
