import Live
import Testing
import Threads

@Suite struct AgeClockTests {
    private let day = 86400.0
    private let now = 1_800_000_000.0

    @Test func aClockThatIsSetForwardIsDoubtedForAWhile() {
        let clock = AgeClock()
        #expect(clock.isTrusted(wall: now, steady: .seconds(100)))
        #expect(clock.isTrusted(wall: now + 3700, steady: .seconds(101)), "summer time is no jump to speak of")
        #expect(!clock.isTrusted(wall: now + 7000 * day, steady: .seconds(102)))
        #expect(!clock.isTrusted(wall: now + 7000 * day + 599, steady: .seconds(701)))
        #expect(clock.isTrusted(wall: now + 7000 * day + 600, steady: .seconds(702)))
    }

    @Test func setBackItIsRightAgain() {
        let clock = AgeClock()
        #expect(clock.isTrusted(wall: now, steady: .seconds(100)))
        #expect(!clock.isTrusted(wall: now + 7000 * day, steady: .seconds(101)))
        #expect(clock.isTrusted(wall: now + 2, steady: .seconds(102)))
        #expect(clock.isTrusted(wall: now + 3, steady: .seconds(103)))
    }

    /// A week passes at once for a computer that sleeps, and for one whose clock was never set.
    @Test func sleepAndTheFirstSettingAreNoJumps() {
        let (sleeper, unset) = (AgeClock(), AgeClock())
        #expect(sleeper.isTrusted(wall: now, steady: .seconds(100)))
        #expect(sleeper.isTrusted(wall: now + 7 * day, steady: .seconds(100 + 7 * day)))
        #expect(unset.isTrusted(wall: 30, steady: .seconds(30)))
        #expect(unset.isTrusted(wall: now, steady: .seconds(31)))
    }
}
