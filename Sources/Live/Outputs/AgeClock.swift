import Synchronization
import Threads

/// Says whether ages can be told by the wall clock just now. One that was set forward by hours, as a receiver of satellites does by twenty
/// years, may be set back a moment later, and what was removed meanwhile does not come back.
///
/// Threading: any.
package final class AgeClock: Sendable {
    /// For so long nothing goes by its age.
    package static let rest = Duration.seconds(600)
    /// Units: seconds; less is summer time, or a clock that nothing keeps in step.
    package static let leastJump = 7200.0

    private struct State {
        /// Of the wall clock from the other. Units: seconds.
        var offset: Double
        var until: Duration
    }

    private let state = Mutex<State?>(nil)

    package init() {}

    /// - Parameters:
    ///   - wall: seconds since 1970.
    ///   - steady: a clock that nobody sets and that goes on while the computer sleeps.
    package func isTrusted(wall: Double, steady: Duration) -> Bool {
        state.withLock { state in
            let offset = wall - steady.inSeconds
            defer { state?.offset = offset }
            guard let before = state else {
                state = State(offset: offset, until: .zero)
                return true
            }
            let jump = offset - before.offset
            // One that had not been set is right now.
            let wasSet = before.offset + steady.inSeconds >= WallClock.oldest
            if jump >= Self.leastJump, wasSet { state?.until = steady + Self.rest }
            if jump <= -Self.leastJump { state?.until = .zero }
            return steady >= state?.until ?? .zero
        }
    }
}
