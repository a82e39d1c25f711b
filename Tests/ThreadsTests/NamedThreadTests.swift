import Glibc
import Testing
import Threads

@Suite struct NamedThreadTests {
    /// A disk that hangs would hold up whoever asks it.
    @Test func anAnswerThatDoesNotComeIsNotWaitedFor() {
        let never = StopSignal()
        defer { never.set() }
        #expect(NamedThread.answer("hangs", within: .milliseconds(50)) { never.wait() } == nil)
        #expect(NamedThread.answer("answers", within: .seconds(60)) { 7 } == 7)
    }

    @Test func whereTheSystemHasNoThreadForAMomentItIsAskedAgain() {
        func calls(_ answers: [Int32]) -> (number: Int32, count: Int) {
            var count = 0
            let number = NamedThread.insist(times: 3, pause: 1) {
                count += 1
                return answers[count - 1]
            }
            return (number, count)
        }
        #expect(calls([0]) == (0, 1))
        #expect(calls([EAGAIN, EAGAIN, 0]) == (0, 3))
        #expect(calls([EAGAIN, EAGAIN, EAGAIN, 0]) == (EAGAIN, 3))
        #expect(calls([EPERM, 0]) == (EPERM, 1), "another reason does not pass")
    }

    @Test func whatAThreadHeldGoesWhenItHasEnded() {
        final class Owner: Sendable {
            let work = StopSignal()
        }
        weak var held: Owner?
        let thread: NamedThread
        do {
            let owner = Owner()
            held = owner
            thread = NamedThread("work") { owner.work.set() }
        }
        #expect(thread.wait(until: MonotonicClock.now + .seconds(60)))
        #expect(held == nil)
    }
}
