import Learning
import Synchronization
import Testing

@Suite struct CycleThrottleTests {
    /// A clock that only sleeping moves.
    private final class Clock: Sendable {
        let time = Mutex(ContinuousClock.now)
        func sleep(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    @Test func pausesGrowWhileTheDaemonIsLateAndGoAwayAfterwards() {
        var length = Duration.zero
        let growing = (0..<9).map { _ in
            length = CycleThrottle.next(length, isLate: true)
            return length
        }
        #expect(growing.first == .milliseconds(250) && growing.last == .seconds(8))
        #expect(zip(growing, growing.dropFirst()).allSatisfy { $0 <= $1 })
        for _ in 0..<10 { length = CycleThrottle.next(length, isLate: false) }
        #expect(length == .zero)
    }

    @Test func theDaemonIsAskedOnceASecondAtMost() {
        let clock = Clock()
        let questions = Mutex(0)
        let throttle = CycleThrottle(
            daemonIsLate: {
                questions.withLock { $0 += 1 }
                return false
            }, isStopped: { false }, now: { clock.time.withLock { $0 } }, sleep: clock.sleep)
        for _ in 0..<50 {
            #expect(!throttle.pause())
            clock.sleep(.milliseconds(100))
        }
        #expect(questions.withLock { $0 } == 5)
    }

    @Test func aStopEndsAPause() {
        let clock = Clock()
        let began = clock.time.withLock { $0 }
        let throttle = CycleThrottle(
            daemonIsLate: { true }, isStopped: { clock.time.withLock { $0 } - began >= .milliseconds(200) },
            now: { clock.time.withLock { $0 } }, sleep: clock.sleep)
        #expect(throttle.pause())
        #expect(clock.time.withLock { $0 } - began == .milliseconds(200))
    }
}
