/// Lets frames that come by themselves through at no more than a rate on average, without shifting their phase.
package struct RateLimit: Sendable {
    package let period: Duration
    /// A frame may be this early and still pass, so that jitter at the wanted rate costs nothing.
    private let tolerance: Duration
    /// What a pause of the source may be made up for.
    private let mostBehind = Duration.milliseconds(250)
    private var next: Duration?

    package init(period: Duration) {
        precondition(period > .zero, "a period of \(period)")
        self.period = period
        tolerance = period / 4
    }

    /// Whether a frame that came at `now` passes.
    package mutating func admits(at now: Duration) -> Bool {
        guard let due = next else {
            next = now + period
            return true
        }
        if now < due - tolerance { return false }
        next = max(due, now - mostBehind) + period
        return true
    }
}
