import Threads

/// Something that lasts: tells once that it began, and once that it ended.
package struct Lasting {
    package enum Change {
        case began, ended
    }

    /// For how long it has to be over before it has ended: what comes and goes at a limit is one.
    private let rest: Duration
    private var isOn = false
    private var lastSeen = Duration.zero

    package init(rest: Duration = .zero) { self.rest = rest }

    /// - Parameter time: of a clock that nobody sets.
    /// - Returns: nil where it is as it was.
    package mutating func change(to now: Bool, at time: Duration = MonotonicClock.now) -> Change? {
        if now { lastSeen = time }
        guard now != isOn, now || time - lastSeen >= rest else { return nil }
        isOn = now
        return now ? .began : .ended
    }
}
