/// Absolute deadlines a fixed time apart: an early or late turn does not move the next one.
package struct SteadyPace: Sendable {
    package let period: Duration
    /// How far it may fall behind and still catch up; beyond that, lost time stays lost.
    package let mostBehind: Duration
    private var next: Duration?

    package init(period: Duration, mostBehind: Duration = .seconds(1)) {
        precondition(period > .zero, "a period of \(period)")
        self.period = period
        self.mostBehind = mostBehind
    }

    /// When the next turn is due; the first one is due at once.
    package mutating func deadline(now: Duration) -> Duration {
        var due = next ?? now
        if now - due > mostBehind { due = now }
        next = due + period
        return due
    }
}
