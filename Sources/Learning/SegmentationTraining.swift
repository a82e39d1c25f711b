import Foundation
import NeuralNetwork
import RoadScenes
import Video

/// Stage 1, and the second half of stage 3: the segmentation network on labeled or pseudo-labeled pictures.
///
/// Threading: `run` blocks its caller; the network's work spreads over `workers`, samples are made on a thread of their own.
/// Source: section 4 of the paper.
public struct SegmentationTraining {
    public let recipe: Recipe
    public var session = TrainingSession()
    /// The network, and the weights that it starts from.
    public var start = SegmentationStart(random: .paper)
    /// Pictures that are labeled anew on the way; nil where labels stay as they are.
    var relabeling: Relabeling?

    private let set: TrainingSet
    private let validation: TrainingSet?
    private let workers: WorkerPool

    public init(_ recipe: Recipe, train set: TrainingSet, validation: TrainingSet?, workers: WorkerPool) {
        self.recipe = recipe
        self.set = set
        self.validation = validation
        self.workers = workers
    }

    /// Trains to the recipe's end.
    ///
    /// - Parameter progress: called after every step.
    /// - Returns: a bundle with the network; its auxiliary network is untrained, its input size that of the first picture.
    /// - Throws: where a sample cannot be read, a file not written, or the loss is no longer finite.
    public func run(progress: (TrainingProgress) -> Void = { _ in }) throws(LearningError) -> ModelBundle {
        try LearningError.wrap { try train(progress) }
    }

    private func train(_ report: (TrainingProgress) -> Void) throws -> ModelBundle {
        try checkBeforehand()
        let stage = recipe.segmentation
        let graph = start.network.graph(classes: set.classes.count)
        let trainer = try Trainer(graph, batch: stage.batch, size: stage.cropSize, workers: workers)
        try trainer.load(start.tensors ?? InitialWeights.random(for: graph, seed: session.seed))
        let weights = try stage.classWeights(for: set)
        var loop = TrainingLoop(recipe, stage, on: set, from: "\(start.setup) \(set.classes.names)", usual: .poly, session)
        loop.relabeling = relabeling
        var optimizer = stage.makeOptimizer(
            for: graph, usual: .sgd, momentum: recipe.momentum, isEncoder: start.network.isEncoder)
        let (tensors, curve) = try loop.run(trainer, &optimizer, report: report) { samples in
            fill(trainer.input, with: samples)
            trainer.forward()
            return trainer.crossEntropy(
                labels: samples.flatMap { Array($0.labels.bytes) }, confidence: samples.confidence, classWeights: weights,
                lovasz: stage.lovasz ?? 0)
        } evaluate: { tensors in
            guard let validation else { return nil }
            return try Evaluation(bundle(start.keeping(recipe.keep, in: tensors)), on: validation, workers: workers).all
                .meanIntersectionOverUnion
        }
        var result = try bundle(start.keeping(recipe.keep, in: tensors))
        // Of the curve: a run that was killed after its last step does not evaluate again.
        result.metrics["miou"] = curve.entries.last?.miou
        result.lineage.trainings = curve.card(.segmentation, recipe, items: set.count, session: session, workers: workers).map {
            [$0]
        }
        return result
    }

    private func fill(_ input: UnsafeMutableBufferPointer<Float>, with samples: [LabeledImage]) {
        let scale = start.deviation.map { 1 / (255 * $0) }
        let shift = zip(start.mean, start.deviation).map { -$0 / $1 }
        var place = 0
        for sample in samples {
            let bytes = sample.image.bytes
            for value in stride(from: 0, to: bytes.count, by: 3) {
                for channel in 0..<3 {
                    input[place] = Float(bytes[value + channel]) * scale[channel] + shift[channel]
                    place += 1
                }
            }
        }
    }

    /// What no bundle can hold and no evaluation can read ends the training before its first step, not after its last.
    private func checkBeforehand() throws {
        do throws(LearningError) { try ModelBundle.validate(set.classes, inputSize: inputSize()) } catch {
            let first = set.items[0]
            throw error.during(
                "Cannot make a bundle from \(first.dataset.location), whose first picture is \(first.item.image)")
        }
        try validation?.requireClasses(set.classes)
        try validation?.requireReadable()
    }

    private func bundle(_ tensors: [String: Tensor]) throws -> ModelBundle {
        try ModelBundle(
            network: start.network, classes: set.classes, inputSize: inputSize(),
            mean: start.mean, deviation: start.deviation, segmentation: tensors,
            lineage: ModelBundle.Lineage(recipe: recipe.name, trainingItems: set.names, note: start.note))
    }

    private func inputSize() throws(LearningError) -> Graph.Size {
        let first = try set.load(0).image
        return Graph.Size(height: first.height, width: first.width)
    }
}
