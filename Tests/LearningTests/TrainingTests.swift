import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct TrainingTests {
    /// One that tiny pictures are learned by in seconds.
    static func recipe(epochs: Int) throws -> Recipe {
        var recipe = try Recipe(contentsOf: RecipeTests.folder.appending(path: "camvid-quick.yaml").path)
        (recipe.segmentation.epochs, recipe.segmentation.batch, recipe.segmentation.learningRate) = (epochs, 4, 0.05)
        (recipe.segmentation.cropWidth, recipe.segmentation.cropHeight) = (64, 48)
        recipe.auxiliary = recipe.segmentation
        (recipe.auxiliary.learningRate, recipe.calibrationSamples) = (5e-4, 20)
        return recipe
    }

    /// The loss of the step was finite; its weights are not. That ended as a file that cannot be written, and the learner went on from the
    /// state before, to the same end, at every start.
    @Test func weightsThatAreNoNumbersAreADivergedTraining() throws {
        let data = try SyntheticData(pictures: 4)
        var recipe = try Self.recipe(epochs: 2)
        recipe.segmentation.learningRate = .infinity
        var training = SegmentationTraining(
            recipe, train: try TrainingSet([data.dataset()]), validation: nil, workers: try WorkerPool(threads: 1))
        training.session = TrainingSession(seed: 1, checkpoint: data.path + "/checkpoint")
        let error = #expect(throws: LearningError.self) { try training.run() }
        #expect(error?.code == .diverged && error?.problem.contains("after 1 step.") == true, "\(error?.problem ?? "")")
        #expect(!FileManager.default.fileExists(atPath: data.path + "/checkpoint"))
    }

    @Test(arguments: [(nil, .sgd), (0.9, .adam), (0.9, .adamw)] as [(Float?, Recipe.OptimizerKind)])
    func resumedTrainingEndsWithTheBitsOfAnUninterruptedOne(average: Float?, optimizer: Recipe.OptimizerKind) throws {
        let data = try SyntheticData(pictures: 8)
        let set = try TrainingSet([data.dataset()])
        let checkpoint = data.path + "/checkpoint"
        let workers = try WorkerPool(threads: 2)
        func training(_ session: TrainingSession) throws -> SegmentationTraining {
            var recipe = try Self.recipe(epochs: 3)
            (recipe.segmentation.average, recipe.segmentation.optimizer) = (average, optimizer)
            if optimizer != .sgd { recipe.segmentation.learningRate = 0.002 }
            if optimizer == .adamw {
                (recipe.segmentation.photometric, recipe.segmentation.scaleRange) = (1, [0.6, 2])
                (recipe.segmentation.warmupSteps, recipe.segmentation.encoderRate) = (2, 0.2)
            }
            var training = SegmentationTraining(recipe, train: set, validation: nil, workers: workers)
            training.session = session
            return training
        }
        let whole = try training(TrainingSession(seed: 7)).run()

        // A checkpoint after every step; the file as it is after the third is what a kill leaves.
        var session = TrainingSession(seed: 7, checkpoint: checkpoint)
        session.checkpointEvery = 1
        var saved: Data?
        _ = try training(session).run { progress in
            if progress.step == 3 { saved = FileManager.default.contents(atPath: checkpoint) }
        }
        try #require(saved).write(to: URL(fileURLWithPath: checkpoint))
        session.isResumed = true
        var steps: [Int] = []
        let resumed = try training(session).run { steps.append($0.step) }
        #expect(steps == [4, 5, 6])
        #expect(resumed.segmentation == whole.segmentation)

        session.seed = 8
        try #require(saved).write(to: URL(fileURLWithPath: checkpoint))
        #expect(throws: LearningError.self) { try training(session).run() }
    }
}
