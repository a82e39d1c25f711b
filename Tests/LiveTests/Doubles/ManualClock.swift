import Live
import Synchronization
import Threads

/// Time that passes only when a test says so.
// Safe to send: everything that changes is under the mutex.
final class ManualClock: PacingClock, @unchecked Sendable {
    private let state = Mutex((now: Duration.zero, sleepers: [Int: Duration](), next: 0))

    var now: Duration { state.withLock { $0.now } }

    func sleep(until deadline: Duration, unless stop: StopSignal) -> Bool {
        let id = state.withLock { state in
            state.next += 1
            if deadline > state.now { state.sleepers[state.next] = deadline }
            return state.next
        }
        defer { state.withLock { $0.sleepers[id] = nil } }
        while now < deadline {
            if stop.wait(until: MonotonicClock.now + .microseconds(200)) { return false }
        }
        return !stop.isSet
    }

    /// Lets time pass.
    func advance(by duration: Duration) {
        state.withLock { $0.now += duration }
    }

    /// The moments that somebody sleeps for.
    var alarms: [Duration] { state.withLock { state in state.sleepers.values.filter { $0 > state.now } } }

    /// Goes on to the next moment that somebody sleeps for. False when nobody did in real seconds.
    func advanceToNextSleeper() -> Bool {
        eventually {
            guard let next = alarms.min() else { return false }
            advance(by: next - now)
            return true
        }
    }
}

/// Waits for a condition, for at most two real minutes.
func eventually(_ condition: () -> Bool) -> Bool {
    let limit = MonotonicClock.now + .seconds(120)
    while !condition() {
        if MonotonicClock.now > limit { return false }
        _ = StopSignal().wait(until: MonotonicClock.now + .microseconds(200))
    }
    return true
}
