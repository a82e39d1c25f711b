import Threads

/// Plays a recording's timestamps on the clock, as its camera delivered them.
package struct SourcePace: Sendable {
    private var anchor: (clock: Duration, seconds: Double)?
    private let mostBehind = Duration.seconds(1)

    package init() {}

    /// When the frame shown at `seconds` comes; the first one comes at once, and so does one after a jump in time.
    package mutating func deadline(of seconds: Double, now: Duration) -> Duration {
        if let anchor {
            let due = anchor.clock + .seconds(nearest: seconds - anchor.seconds)
            if now - due < mostBehind, due - now < .seconds(10) { return due }
        }
        anchor = (now, seconds)
        return now
    }
}
