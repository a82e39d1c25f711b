import Learning
import Testing

@Suite struct RelabelingTests {
    private struct Never: Error {}

    private func relabeling(_ shares: [Double]) -> Relabeling { Relabeling(at: shares) { _, _ in throw Never() } }

    @Test func sharesFallOnStepsInTheirOrder() {
        let relabeling = relabeling([0.67, 0.33])
        #expect((1...100).filter { relabeling.number(due: $0, of: 100) != nil } == [33, 67])
        #expect(relabeling.number(due: 33, of: 100) == 0 && relabeling.number(due: 67, of: 100) == 1)
        #expect(relabeling.last(until: 32, of: 100) == nil)
        #expect(relabeling.last(until: 66, of: 100).map { [$0.number, $0.step] } == [0, 33])
    }

    /// What is made after a step must be what a training that goes on behind it looks for.
    @Test(arguments: [1, 2, 3, 5, 10]) func severalSharesOnOneStepAreOne(steps: Int) {
        let relabeling = relabeling([0.1, 0.11, 0.5, 0.52, 0.9])
        for step in 1...steps {
            guard let made = relabeling.number(due: step, of: steps) else { continue }
            #expect(relabeling.last(until: step, of: steps)?.number == made)
            if step < steps, relabeling.number(due: step + 1, of: steps) == nil {
                #expect(relabeling.last(until: step + 1, of: steps)?.number == made)
            }
        }
    }
}
