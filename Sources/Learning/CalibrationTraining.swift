import NeuralNetwork
import RoadScenes
import Video

/// Measures what a bundle's confidence means, on labeled pictures that are changed as in training: strange light and scales are
/// where it errs, and pictures that it has learned by heart would flatter it.
///
/// Threading: `run` blocks its caller; the networks' work spreads over `workers`, samples are made on a thread of their own.
public struct CalibrationTraining {
    /// Samples that are looked at where the recipe does not say.
    private static let usualSamples = 300
    /// Of a sample's pixels every so many count: neighbours say the same.
    private static let stride = 29

    private let recipe: Recipe
    private let bundle: ModelBundle
    private let set: TrainingSet
    private let workers: WorkerPool
    /// Of the samples.
    public var seed: UInt64 = 1

    /// - Throws: where the auxiliary network is not trained, as there is nothing to calibrate then, or the labels mean other classes.
    public init(_ recipe: Recipe, for bundle: ModelBundle, on set: TrainingSet, workers: WorkerPool) throws(LearningError) {
        guard bundle.auxiliaryIsTrained else {
            throw LearningError(
                "The bundle's auxiliary network is not trained: there is no confidence to calibrate.",
                remedy: "Run 'camber train auxiliary', which calibrates too.")
        }
        try set.requireClasses(bundle.classes)
        (self.recipe, self.bundle, self.set, self.workers) = (recipe, bundle, set, workers)
    }

    /// - Returns: the bundle with its calibration.
    /// - Throws: where a sample cannot be read, or no pixel of them is labeled.
    public func run() throws(LearningError) -> ModelBundle {
        try LearningError.wrap {
            let observations = try observations()
            guard !observations.isEmpty else {
                throw LearningError("There is nothing to calibrate on: every pixel of the samples is void.")
            }
            let fit = CalibrationFit(classes: bundle.classes.count, observations: observations)
            return try bundle.replacing(calibration: fit.calibration())
        }
    }

    private func observations() throws -> [CalibrationFit.Observation] {
        let stage = recipe.auxiliary
        let size = stage.cropSize
        let segmenter = try Segmenter(bundle, size: size, workers: workers)
        let estimator = try ConfidenceEstimator(bundle, size: size, workers: workers)
        let result = segmenter.makeResult(withProbabilities: true)
        let confidence = GrayImage(width: size.width, height: size.height)
        // Other samples than those of the training with the same seed.
        let session = TrainingSession(seed: seed ^ 0xCA11)
        let loader = SampleLoader(set, stage.augmentation, nil, 1, set.count, session, firstStep: 0)
        defer { loader.stop() }
        var observations: [CalibrationFit.Observation] = []
        for number in 0..<(recipe.calibrationSamples ?? Self.usualSamples) {
            let sample = try loader.next()[0]
            segmenter.segment(sample.image, into: result)
            estimator.estimate(result, into: confidence)
            observe(sample, number, result, estimator, &observations)
        }
        return observations
    }

    private func observe(
        _ sample: LabeledImage, _ number: Int, _ result: Segmentation, _ estimator: ConfidenceEstimator,
        _ observations: inout [CalibrationFit.Observation]
    ) {
        let (outputs, probabilities, truths, labels) = (
            estimator.outputs, result.probabilities!, sample.labels.bytes, result.classMap.bytes
        )
        let trust = sample.confidence?.bytes
        for pixel in Swift.stride(from: number % Self.stride, to: outputs.count, by: Self.stride) {
            let (truth, label) = (truths[pixel], labels[pixel])
            // Labels that are only trusted in part say nothing of what is right.
            guard truth != ClassSet.void, trust.map({ $0[pixel] == 255 }) ?? true else { continue }
            let (output, top) = (outputs[pixel], probabilities[Int(label) * outputs.count + pixel])
            guard output.isFinite, top.isFinite else { continue }
            observations.append(
                CalibrationFit.Observation(
                    auxiliary: ConfidenceCalibration.logit(output), topProbability: ConfidenceCalibration.logit(top),
                    label: label, isRight: truth == label, picture: number))
        }
    }
}
