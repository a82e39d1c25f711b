import Foundation
import Live
import Testing

/// Of signals that do nothing to whoever does not ask for them. One test: there can be only one waiter in a process.
@Suite struct SignalWaiterTests {
    @Test func noSignalIsLostBehindOthers() {
        let waiter = SignalWaiter([SIGURG, SIGWINCH])
        #expect(waiter.wait(for: .zero) == nil)
        raise(SIGWINCH)
        #expect(waiter.wait(for: .seconds(60)) == SIGWINCH)
        // More than any queue between two sockets holds.
        for _ in 0..<5000 { raise(SIGWINCH) }
        raise(SIGURG)
        #expect(waiter.wait(for: .seconds(60)) == SIGURG, "the first of the list goes first")
        #expect(waiter.wait(for: .seconds(60)) == SIGWINCH)
        #expect(waiter.wait(for: .zero) == nil)
    }
}
