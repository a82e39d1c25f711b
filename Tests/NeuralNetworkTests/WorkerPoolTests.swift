import Atomics
import NeuralNetwork
import Testing

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 4, 7]) func everyTaskOfEveryStepRunsOnceAndStepsKeepTheirOrder(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        for count in [0, 1, 3, 64, 1000] {
            let runs = (0..<3).map { _ in ManagedAtomic(0) }
            let early = ManagedAtomic(0)
            for _ in 0..<50 {
                let before = runs.map { $0.load(ordering: .relaxed) }
                pool.run(
                    (0..<3).map { step in
                        (
                            count,
                            { _, _ in
                                if step > 0, runs[step - 1].load(ordering: .relaxed) != before[step - 1] + count {
                                    early.wrappingIncrement(ordering: .relaxed)
                                }
                                runs[step].wrappingIncrement(ordering: .relaxed)
                            }
                        )
                    })
            }
            #expect(runs.map { $0.load(ordering: .relaxed) } == [50 * count, 50 * count, 50 * count])
            #expect(early.load(ordering: .relaxed) == 0)
        }
    }

    @Test func workersAreNumberedFromZero() throws {
        let pool = try WorkerPool(threads: 3)
        let wrong = ManagedAtomic(0)
        pool.run([(500, { _, worker in if !(0..<3).contains(worker) { wrong.wrappingIncrement(ordering: .relaxed) } })])
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    @Test func subnormalNumbersAreZeroWithinAStepAndNotAfterwards() throws {
        let pool = try WorkerPool(threads: 2)
        let quarter = ManagedAtomic(Float(0.25).bitPattern)
        @Sendable func subnormal() -> Float { Float.leastNormalMagnitude * Float(bitPattern: quarter.load(ordering: .relaxed)) }
        let kept = ManagedAtomic(0)
        pool.run([(64, { _, _ in if subnormal() != 0 { kept.wrappingIncrement(ordering: .relaxed) } })])
        #expect(kept.load(ordering: .relaxed) == 0)
        #expect(subnormal() != 0)
    }

    @Test(arguments: [0, -1, 201]) func impossibleNumbersOfThreadsAreRefused(threads: Int) {
        #expect(throws: NetworkError.self) { try WorkerPool(threads: threads) }
    }
}
