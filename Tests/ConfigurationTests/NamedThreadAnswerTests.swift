import Configuration
import Testing
import Threads

@Suite struct NamedThreadAnswerTests {
    /// A disk that hangs would hold up whoever asks it.
    @Test func anAnswerThatDoesNotComeIsNotWaitedFor() {
        let never = StopSignal()
        defer { never.set() }
        #expect(NamedThread.answer("hangs", within: .milliseconds(50)) { never.wait() } == nil)
        #expect(NamedThread.answer("answers", within: .seconds(60)) { 7 } == 7)
    }
}
