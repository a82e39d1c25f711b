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

    /// Goes on to the next moment that somebody sleeps for, once `count` sleep. False when that did not happen in real seconds.
    func advanceToNextSleeper(of count: Int = 1) -> Bool {
        eventually {
            self.state.withLock { state in
                let waiting = state.sleepers.filter { $0.value > state.now }
                guard waiting.count >= count, let next = waiting.values.min() else { return false }
                state.now = next
                return true
            }
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
