import Testing
import Threads

@Suite struct SteadyPaceTests {
    @Test func deadlinesDoNotDriftWithLateTurns() {
        var pace = SteadyPace(period: .milliseconds(100))
        #expect(pace.deadline(now: .seconds(5)) == .seconds(5))
        #expect(pace.deadline(now: .milliseconds(5160)) == .milliseconds(5100))
        #expect(pace.deadline(now: .milliseconds(5170)) == .milliseconds(5200))
    }

    @Test func aLongDelayIsNotCaughtUp() {
        var pace = SteadyPace(period: .milliseconds(100), mostBehind: .seconds(1))
        _ = pace.deadline(now: .zero)
        #expect(pace.deadline(now: .seconds(9)) == .seconds(9))
        #expect(pace.deadline(now: .seconds(9)) == .milliseconds(9100))
    }
}
