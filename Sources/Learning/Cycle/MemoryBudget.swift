import NeuralNetwork
import RoadScenes

/// Shares out the memory that the learner may take.
///
/// Units: bytes.
struct MemoryBudget {
    /// The program, both bundles, optimisers, and pictures being read or labeled.
    private static let fixed = 350_000_000
    private let all: Int

    init(_ all: Int) {
        self.all = all
    }

    /// For the pixels of training pictures; the others are read anew each time.
    var pixels: Int { max(0, all - Self.fixed) / 4 }

    /// Makes batches smaller where the activations would not fit, and the learning rate with them.
    ///
    /// - Throws: where not even one picture fits.
    /// Source: Goyal et al., *Accurate, large minibatch SGD* (2017), section 2.1: the rate goes with the batch.
    func fit(_ recipe: Recipe, for bundle: ModelBundle, workers: WorkerPool) throws -> Recipe {
        var fitted = recipe
        for (stage, graph) in [
            (\Recipe.segmentation, bundle.segmentationGraph),
            (\Recipe.auxiliary, bundle.auxiliaryGraph),
        ] {
            let wanted = recipe[keyPath: stage]
            let size = wanted.cropSize
            let single = try Trainer(graph, batch: 1, size: size, workers: workers).memory
            let room = max(0, all - Self.fixed) - pixels
            let batch = min(wanted.batch, room / max(1, single))
            guard batch > 0 else {
                throw LearningError(
                    "The learner may take \(all / 1_000_000) MB, and one picture of \(size.width)×\(size.height) in training takes "
                        + "\(single / 1_000_000) MB besides \((Self.fixed + pixels) / 1_000_000) MB for everything else.",
                    remedy: "Raise learn.memory, or choose a recipe with smaller crops.")
            }
            fitted[keyPath: stage].batch = batch
            fitted[keyPath: stage].learningRate *= Float(batch) / Float(wanted.batch)
        }
        return fitted
    }
}
