import Foundation
import NeuralNetwork
import RoadScenes

/// Stage 2: the auxiliary network learns where the segmentation network, which stays as it is, is right; then its confidence is
/// calibrated.
///
/// Threading: `run` blocks its caller; the networks' work spreads over `workers`, samples are made on a thread of their own.
/// Source: section 3.3 of the paper.
public struct AuxiliaryTraining {
    public let recipe: Recipe
    public var session = TrainingSession()

    private let bundle: ModelBundle
    private let set: TrainingSet
    private let workers: WorkerPool

    public init(_ recipe: Recipe, for bundle: ModelBundle, train set: TrainingSet, workers: WorkerPool) {
        self.recipe = recipe
        self.bundle = bundle
        self.set = set
        self.workers = workers
    }

    /// Trains to the recipe's end.
    ///
    /// - Parameter progress: called after every step.
    /// - Returns: the bundle with its auxiliary network trained.
    /// - Throws: where a sample cannot be read, a file not written, or the loss is no longer finite.
    public func run(progress: (TrainingProgress) -> Void = { _ in }) throws(LearningError) -> ModelBundle {
        try LearningError.wrap { try train(progress) }
    }

    private func train(_ report: (TrainingProgress) -> Void) throws -> ModelBundle {
        let stage = recipe.auxiliary
        let graph = bundle.auxiliaryGraph
        let trainer = try Trainer(graph, batch: stage.batch, size: stage.cropSize, workers: workers)
        try trainer.load(bundle.auxiliaryIsTrained ? bundle.auxiliary : InitialWeights.random(for: graph, seed: session.seed))
        let labeler = try PictureLabeler(
            bundle, size: stage.cropSize, withConfidence: false, withProbabilities: true, workers: workers)
        let weights = try stage.classWeights(for: set)
        let gammas = try gammas()
        let loop = TrainingLoop(recipe, stage, on: set, from: bundle.fingerprint, usual: .constant, session)
        var optimizer = stage.makeOptimizer(for: graph, usual: .adam, momentum: recipe.momentum)
        let (tensors, curve) = try loop.run(trainer, &optimizer, report: report) { samples in
            var predicted: [UInt8] = []
            for (index, sample) in samples.enumerated() {
                labeler.label(sample.image)
                predicted += labeler.result.classMap.bytes
                fill(trainer.input, sample: index, from: labeler.result)
            }
            trainer.forward()
            return trainer.auxiliaryLoss(
                labels: samples.flatMap { Array($0.labels.bytes) }, confidence: samples.confidence,
                predicted: predicted, classWeights: weights, gammas: gammas)
        }
        var lineage = bundle.lineage
        let card = curve.card(.auxiliary, recipe, items: set.count, session: session, workers: workers)
        // The earlier ones made what this one judged and started from.
        lineage.trainings = (lineage.trainings ?? []) + [card].compactMap(\.self)
        var calibration = try CalibrationTraining(
            recipe, for: bundle.replacing(auxiliary: tensors, lineage: lineage), on: set, workers: workers)
        calibration.seed = session.seed
        return try calibration.run()
    }

    /// Wrong over right pixels of each class, so that both weigh the same in the loss.
    private func gammas() throws -> [Float] {
        let matrix = try Evaluation(bundle, on: set, workers: workers).all
        return (0..<matrix.classes).map { label in
            let right = matrix.counts[label * matrix.classes + label]
            let wrong = matrix.truePixels[label] - right
            // A class that is always right or always wrong teaches nothing; the bounds keep its weight sane.
            return Float(min(100, max(0.01, Double(wrong) / Double(max(1, right)))))
        }
    }

    /// (classes, height, width) → (height, width, classes).
    private func fill(_ input: UnsafeMutableBufferPointer<Float>, sample: Int, from result: Segmentation) {
        let (classes, planes) = (bundle.classes.count, result.probabilities!)
        let pixels = planes.count / classes
        for pixel in 0..<pixels {
            for c in 0..<classes { input[(sample * pixels + pixel) * classes + c] = planes[c * pixels + pixel] }
        }
    }
}
