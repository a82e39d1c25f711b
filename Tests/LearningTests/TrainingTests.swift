import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct TrainingTests {
    static func recipe(epochs: Int) throws -> Recipe {
        var recipe = try Recipe(contentsOf: RecipeTests.folder.appending(path: "camvid-quick.yaml").path)
        (recipe.segmentation.epochs, recipe.segmentation.batch, recipe.segmentation.learningRate) = (epochs, 4, 0.05)
        (recipe.segmentation.cropWidth, recipe.segmentation.cropHeight) = (64, 48)
        recipe.auxiliary = recipe.segmentation
        recipe.auxiliary.learningRate = 5e-4
        return recipe
    }

    @Test(arguments: [nil, 0.9] as [Float?]) func resumedTrainingEndsWithTheBitsOfAnUninterruptedOne(average: Float?) throws {
        let data = try SyntheticData(pictures: 8)
        let set = try TrainingSet([data.dataset()])
        let checkpoint = data.path + "/checkpoint"
        let workers = try WorkerPool(threads: 2)
        func training(_ session: TrainingSession) throws -> SegmentationTraining {
            var recipe = try Self.recipe(epochs: 3)
            recipe.segmentation.average = average
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

    @Test func allThreeStagesLearnTheSyntheticRoad() throws {
        let data = try SyntheticData(pictures: 16)
        let unseen = try SyntheticData(pictures: 4, seed: 2)
        let workers = try WorkerPool(threads: 2)
        let set = try TrainingSet([data.dataset()])
        let validation = try TrainingSet([unseen.dataset()])
        let recipe = try Self.recipe(epochs: 12)
        var losses: [Double] = []
        let first = try SegmentationTraining(recipe, train: set, validation: validation, workers: workers).run {
            if $0.step % 4 == 0 { losses.append($0.loss) }
        }
        #expect(losses.last! < 0.7 * losses.first!)
        let miou = try #require(first.metrics["miou"])
        let untrained = try ModelBundle(
            classes: .camvid, inputSize: first.inputSize,
            segmentation: InitialWeights.random(for: first.segmentationGraph, seed: 1))
        let before = try Evaluation(untrained, on: validation, workers: workers).all.meanIntersectionOverUnion
        #expect(miou > 0.05 + (before ?? 0))

        let second = try AuxiliaryTraining(recipe, for: first, train: set, workers: workers).run()
        #expect(second.auxiliaryIsTrained)
        #expect(second.segmentation == first.segmentation)
        let evaluation = try Evaluation(second, on: validation, thresholds: [0, 0.5], workers: workers)
        #expect(evaluation.thresholds[0].kept == evaluation.all)
        #expect(evaluation.thresholds[1].kept.selectedPixels! < 1)

        let pseudo = try PseudoLabeler(second, threshold: 0.5, workers: workers).label(
            unseen.dataset().items.map(\.image), into: data.path + "/pseudo")
        #expect(pseudo.items.count == 4)
        let third = try SegmentationTraining(
            recipe, train: TrainingSet([data.dataset(), pseudo]), validation: nil, workers: workers
        ).run()
        #expect(third.segmentation != first.segmentation)
    }
}
