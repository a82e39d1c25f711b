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

    public func isDue(at now: Duration) -> Bool { now >= due }

    /// A cycle has begun or ended, whoever started it.
    public mutating func restart(at now: Duration) { due = now + every }
}
