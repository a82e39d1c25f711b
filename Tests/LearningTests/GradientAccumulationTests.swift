import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct GradientAccumulationTests {
    @Test func aStepOfTwoBatchesHasTheMeanOfTheirGradientsAndStatistics() throws {
        let data = try SyntheticData(pictures: 8)
        let set = try TrainingSet([data.dataset()])
        let workers = try WorkerPool(threads: 2)
        var recipe = try TrainingTests.recipe(epochs: 1)
        // So small a rate changes no bit of any weight: both batches see the first step's network.
        (recipe.segmentation.learningRate, recipe.segmentation.weightDecay) = (1e-30, 0)
        let checkpoint = data.path + "/checkpoint"
        func steps(accumulate: Int) throws -> [[String: Tensor]] {
            var training = SegmentationTraining(recipe, train: set, validation: nil, workers: workers)
            training.session = TrainingSession(checkpoint: checkpoint)
            (training.session.accumulate, training.session.checkpointEvery) = (accumulate, 1)
            var states: [[String: Tensor]] = []
            _ = try training.run { _ in
                if let file = try? Weights(contentsOf: checkpoint) { states.append(file.tensors) }
            }
            return states
        }
        let (single, double) = (try steps(accumulate: 1), try steps(accumulate: 2))
        #expect((single.count, double.count) == (2, 1))

        // velocity 1 = gradient 1, velocity 2 = 0.9 · velocity 1 + gradient 2.
        func velocity(_ state: [String: Tensor]) throws -> [Float] { try #require(state["optimizer.velocity"]).values }
        let gradients = try zip(velocity(single[0]), velocity(single[1])).map { ($0 + ($1 - recipe.momentum * $0)) / 2 }
        // Batch norm sums around the running means, which are not the same in both: what that rounds differently may switch a
        // unit near zero, about 1 % of so small a network's gradients. Another batch's gradients would be off by more than half.
        func length(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        #expect(length(gradients) > 0)
        #expect(try length(zip(velocity(double[0]), gradients).map { $0 - $1 }) < 0.05 * length(gradients))
        #expect(try length(zip(velocity(double[0]), velocity(single[0])).map { $0 - $1 }) > 0.5 * length(gradients))

        // Means start at 0: after one batch 0.1 · its mean, after the second 0.9 of that and 0.1 · the other's.
        let name = "initial.stem.1.running_mean"
        let (one, both) = (try #require(single[0][name]).values, try #require(single[1][name]).values)
        let expected = zip(one, both).map { ($0 + ($1 - 0.9 * $0)) / 2 }
        let scale = expected.reduce(1e-6) { max($0, abs($1)) }
        #expect(zip(try #require(double[0][name]).values, expected).allSatisfy { abs($0 - $1) < 1e-4 * scale })
    }

    /// EfficientNet's drop-connect draws numbers in every step.
    @Test(arguments: [Network.paper, .efficientNetLite0]) func resumedToTheSameBits(_ network: Network) throws {
        let data = try SyntheticData(pictures: 16)
        let set = try TrainingSet([data.dataset()])
        let workers = try WorkerPool(threads: 2)
        let checkpoint = data.path + "/checkpoint"
        var training = SegmentationTraining(try TrainingTests.recipe(epochs: 2), train: set, validation: nil, workers: workers)
        training.start = SegmentationStart(random: network)
        training.session = TrainingSession(checkpoint: checkpoint)
        (training.session.accumulate, training.session.checkpointEvery) = (2, 1)
        var saved: Data?
        let whole = try training.run { if $0.step == 1 { saved = FileManager.default.contents(atPath: checkpoint) } }
        try #require(saved).write(to: URL(fileURLWithPath: checkpoint))
        training.session.isResumed = true
        var steps: [Int] = []
        let resumed = try training.run { steps.append($0.step) }
        #expect(steps == [2, 3, 4])
        #expect(resumed.segmentation == whole.segmentation)

        // Another way to make the steps is another training.
        training.session.accumulate = 1
        try #require(saved).write(to: URL(fileURLWithPath: checkpoint))
        #expect(throws: LearningError.self) { try training.run() }
    }
}
