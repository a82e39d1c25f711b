import NeuralNetwork
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    /// A number that many threads change.
    private final class Shared: Sendable {
        private let atomic: Atomic<Int>
        init(_ value: Int = 0) { atomic = Atomic(value) }
        var value: Int { atomic.load(ordering: .relaxed) }
        func increment() { atomic.wrappingAdd(1, ordering: .relaxed) }
    }

    @Test(arguments: [1, 2, 4, 7]) func everyTaskOfEveryStepRunsOnceAndStepsKeepTheirOrder(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        for count in [0, 1, 3, 64, 1000] {
            let runs = (0..<3).map { _ in Shared() }
            let early = Shared()
            for _ in 0..<50 {
                let before = runs.map { $0.value }
                pool.run(
                    (0..<3).map { step in
                        (
                            count,
                            { _, _ in
                                if step > 0, runs[step - 1].value != before[step - 1] + count {
                                    early.increment()
                                }
                                runs[step].increment()
                            }
                        )
                    })
            }
            #expect(runs.map { $0.value } == [50 * count, 50 * count, 50 * count])
            #expect(early.value == 0)
        }
    }

    @Test func workersAreNumberedFromZero() throws {
        let pool = try WorkerPool(threads: 3)
        let wrong = Shared()
        pool.run([(500, { _, worker in if !(0..<3).contains(worker) { wrong.increment() } })])
        #expect(wrong.value == 0)
    }

    @Test func subnormalNumbersAreZeroWithinAStepAndNotAfterwards() throws {
        let pool = try WorkerPool(threads: 2)
        let quarter = Shared(Int(Float(0.25).bitPattern))
        @Sendable func subnormal() -> Float { Float.leastNormalMagnitude * Float(bitPattern: UInt32(quarter.value)) }
        let kept = Shared()
        pool.run([(64, { _, _ in if subnormal() != 0 { kept.increment() } })])
        #expect(kept.value == 0)
        #expect(subnormal() != 0)
    }

    @Test(arguments: [0, -1, 201]) func impossibleNumbersOfThreadsAreRefused(threads: Int) {
        #expect(throws: NetworkError.self) { try WorkerPool(threads: threads) }
    }
}
