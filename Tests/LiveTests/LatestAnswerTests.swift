import Live
import Synchronization
import Testing
import Threads

@Suite struct LatestAnswerTests {
    /// A disk that hangs would hold up the status with it.
    @Test func whoIsHeldUpHasSaidTheLastThing() {
        let hangs = Mutex(StopSignal?.none)
        let count = Mutex(0)
        let answer = LatestAnswer("reads", patience: .milliseconds(30)) { () -> Int in
            _ = hangs.withLock { $0 }?.wait()
            return count.withLock { count in
                count += 1
                return count
            }
        }
        #expect(eventually { answer.value() ?? 0 >= 1 })
        let (signal, before) = (StopSignal(), count.withLock { $0 })
        hangs.withLock { $0 = signal }
        // The first may still be at it.
        for _ in 0..<5 { #expect(answer.value() ?? 0 >= before) }
        #expect(count.withLock { $0 } <= before + 1, "one reads at a time")
        hangs.withLock { $0 = nil }
        signal.set()
        #expect(eventually { answer.value() ?? 0 > before + 1 })
    }
}
