import Foundation
import Store
import Threads

/// When the next cycle is due, on the monotonic clock: the wall clock may jump, and the daemon may start anew every day.
public struct LearnerSchedule: Sendable, Equatable {
    /// After a start, frames come first.
    public static let soonest = Duration.seconds(60)

    public let every: Duration
    public private(set) var due: Duration

    /// - Parameter sinceLast: what the wall clock says about the last cycle; nil where there was none. One from the future
    ///   says nothing.
    public init(every: Duration, sinceLast: Duration?, now: Duration) {
        self.every = every
        let waited = sinceLast.map { $0 < .zero ? .zero : min($0, every) } ?? .zero
        due = now + max(every - waited, min(every, Self.soonest))
    }

    /// What the wall clock says about the last cycle; nil where there was none, nor a model. Before the first cycle the time since the first
    /// model counts: a vehicle may never run for as long as `every` at a time.
    package static func sinceLast(in registry: ModelRegistry, now: Date = Date()) -> Duration? {
        let last = (try? registry.cycles(last: 1))?.first?.endedAt ?? (try? registry.events())?.last?.time
        return last.map { .seconds(nearest: now.timeIntervalSince($0)) }
    }

    public func isDue(at now: Duration) -> Bool { now >= due }

    /// The wall clock was set, or the computer has slept: what it says about the last cycle may bring the next one nearer.
    public mutating func reconsider(sinceLast: Duration?, now: Duration) {
        due = min(due, LearnerSchedule(every: every, sinceLast: sinceLast, now: now).due)
    }

    /// A cycle has begun or ended, whoever started it.
    public mutating func restart(at now: Duration) { due = now + every }
}
