import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import SyntheticRoad
import Testing

/// The paper's method from beginning to end, where it has to help: the labels are of clear days, the camera drives in rain.
@Suite struct ThreeStagesTests {
    private let workers: WorkerPool
    private let clear: SyntheticData
    private let rain: SyntheticData
    /// Rain on roads that nothing has learned from.
    private let unseen: SyntheticData

    init() throws {
        func road(_ drives: Int, _ pictures: Int, _ seed: UInt64, _ weather: RoadConditions.Weather) throws -> SyntheticData {
            try SyntheticData(
                pictures: pictures, drives: drives, width: 128, height: 96, seed: seed,
                conditions: RoadConditions(light: .day, weather: weather))
        }
        workers = try WorkerPool(threads: 1)
        (clear, rain) = (try road(24, 1, 100, .clear), try road(24, 2, 500, .rain))
        unseen = try road(12, 2, 9300, .rain)
    }

    /// For `steps` steps in all, however many pictures there are.
    private func recipe(steps: Int, pictures: Int, learningRate: Float) throws -> Recipe {
        var recipe = try Recipe(contentsOf: RecipeTests.folder.appending(path: "synthetic.yaml").path)
        func shorten(_ stage: inout Recipe.Stage) {
            (stage.batch, stage.cropWidth, stage.cropHeight) = (4, 112, 80)
            stage.epochs = steps / (pictures / stage.batch)
            stage.evaluateEvery = stage.epochs
        }
        shorten(&recipe.segmentation)
        shorten(&recipe.auxiliary)
        (recipe.segmentation.optimizer, recipe.segmentation.learningRate) = (.adam, learningRate)
        (recipe.segmentation.weightDecay, recipe.calibrationSamples) = (0.0001, 1)
        return recipe
    }

    private func segmentation(_ recipe: Recipe, on sets: [Dataset], from start: ModelBundle? = nil) throws -> ModelBundle {
        var training = SegmentationTraining(recipe, train: try TrainingSet(sets), validation: nil, workers: workers)
        if let start { training.start = SegmentationStart(continuing: start) }
        return try training.run()
    }

    private func miou(_ bundle: ModelBundle) throws -> Double {
        let evaluation = try Evaluation(bundle, on: TrainingSet([unseen.dataset()]), workers: workers)
        return try #require(evaluation.all.meanIntersectionOverUnion)
    }

    @Test func pseudoLabelsOfRainTeachWhatMoreOfTheLabelsCannot() throws {
        let labeled = try clear.dataset()
        var losses: [Double] = []
        let first = try SegmentationTraining(
            recipe(steps: 600, pictures: 24, learningRate: 0.002), train: TrainingSet([labeled]),
            validation: TrainingSet([unseen.dataset()]), workers: workers
        ).run { losses.append($0.loss) }
        #expect(losses.last! < 0.7 * losses.first!)
        let before = try miou(first)
        #expect(first.metrics["miou"] == before)
        let untrained = try ModelBundle(
            classes: .camvid, inputSize: first.inputSize,
            segmentation: InitialWeights.random(for: first.segmentationGraph, seed: 1))
        #expect(try before > 0.05 + miou(untrained))
        #expect(before > 0.3)

        let recipe = try recipe(steps: 150, pictures: 24, learningRate: 0.001)
        // As in the paper: its threshold is one of the auxiliary network's own output.
        let second = try AuxiliaryTraining(recipe, for: first, train: TrainingSet([labeled]), workers: workers).run()
            .uncalibrated()
        #expect(second.auxiliaryIsTrained)
        #expect(second.segmentation == first.segmentation)
        let threshold = recipe.confidenceThreshold
        let evaluation = try Evaluation(
            second, on: TrainingSet([unseen.dataset()]), thresholds: [0, threshold], workers: workers)
        #expect(evaluation.thresholds[0].kept == evaluation.all)
        let kept = evaluation.thresholds[1].kept
        #expect(try #require(kept.meanIntersectionOverUnion) > before + 0.05)
        #expect((0.25..<1).contains(try #require(kept.selectedPixels)))

        let pseudo = try PseudoLabeler(second, threshold: threshold, workers: workers).label(
            UnlabeledPictures(files: rain.dataset().items.map(\.image)), into: rain.path + "/pseudo")
        #expect(pseudo.items.count == 48)
        let third = try segmentation(
            self.recipe(steps: 300, pictures: 72, learningRate: 0.001), on: [labeled, pseudo], from: second)
        #expect(third.segmentation != first.segmentation)
        let alone = try segmentation(self.recipe(steps: 300, pictures: 24, learningRate: 0.001), on: [labeled], from: second)
        let (after, without) = (try miou(third), try miou(alone))
        print("mIoU in rain: \(before) from labels of clear days, \(without) from more of them, \(after) with pseudo-labels")
        #expect(after > before + 0.005)
        #expect(after > without + 0.005)
    }
}
