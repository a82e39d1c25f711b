import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct WeightAverageTests {
    @Test func theResultIsTheMovingAverageOfTheStepsWeightsAndStatistics() throws {
        let data = try SyntheticData(pictures: 8)
        let set = try TrainingSet([data.dataset()])
        let workers = try WorkerPool(threads: 2)
        var recipe = try TrainingTests.recipe(epochs: 3)
        var training = SegmentationTraining(recipe, train: set, validation: nil, workers: workers)
        training.session = TrainingSession(checkpoint: data.path + "/checkpoint")
        training.session.checkpointEvery = 1
        var steps: [[String: Tensor]] = []
        let last = try training.run { _ in
            if let file = try? Weights(contentsOf: data.path + "/checkpoint") { steps.append(file.tensors) }
        }
        #expect(steps.count == 6)

        recipe.segmentation.average = 0.25
        let averaged = try SegmentationTraining(recipe, train: set, validation: nil, workers: workers).run()
        for (name, tensor) in averaged.segmentation {
            var expected = try #require(steps[0][name]).values
            for (index, step) in steps.enumerated().dropFirst() {
                // Shorter at first: step / (step + 9) is below 0.25 for the second and the third step.
                let decay = min(0.25, Float(index + 1) / Float(index + 10))
                expected = try zip(expected, #require(step[name]).values).map { decay * $0 + (1 - decay) * $1 }
            }
            let largest = expected.reduce(1e-3) { max($0, abs($1)) }
            #expect(zip(tensor.values, expected).allSatisfy { abs($0 - $1) < 1e-5 * largest }, "\(name)")
        }
        #expect(averaged.segmentation != last.segmentation)
    }

    @Test func theResultKeepsAShareOfTheBundleItStartedFrom() throws {
        let data = try SyntheticData(pictures: 8)
        let set = try TrainingSet([data.dataset()])
        let workers = try WorkerPool(threads: 2)
        var recipe = try TrainingTests.recipe(epochs: 1)
        let before = try SegmentationTraining(recipe, train: set, validation: nil, workers: workers).run()
        func train() throws -> ModelBundle {
            var training = SegmentationTraining(recipe, train: set, validation: nil, workers: workers)
            training.start = SegmentationStart(continuing: before)
            return try training.run()
        }
        let after = try train()
        (recipe.keep, recipe.startsFrom) = (0.25, .bundle)
        let kept = try train()
        for (name, tensor) in kept.segmentation {
            let (old, new) = (try #require(before.segmentation[name]).values, try #require(after.segmentation[name]).values)
            let expected = zip(old, new).map { 0.25 * $0 + 0.75 * $1 }
            let largest = new.reduce(1e-3) { max($0, abs($1)) }
            #expect(zip(tensor.values, expected).allSatisfy { abs($0 - $1) < 1e-5 * largest }, "\(name)")
        }
        #expect(kept.segmentation != after.segmentation && kept.segmentation != before.segmentation)

        var training = SegmentationTraining(recipe, train: set, validation: nil, workers: workers)
        training.start = SegmentationStart(random: .paper)
        let random = try training.run().segmentation
        #expect(random == before.segmentation, "there is no bundle to keep anything of")
    }
}
