import NeuralNetwork
import RoadScenes
import Video

/// A bundle's networks on labeled pictures: the paper's measures.
///
/// Source: section 4 of the paper; tables 3 and 4.
public struct Evaluation: Sendable {
    /// What holds for all pixels.
    public private(set) var all: ConfusionMatrix
    /// What holds for the pixels whose confidence reaches each threshold.
    public private(set) var thresholds: [(threshold: Double, kept: ConfusionMatrix)]
    /// What holds for the pixels that a calibrated bundle selects for wanted precisions.
    public private(set) var precisions: [(precision: Double, kept: ConfusionMatrix)]
    /// How far the confidence can be trusted; nil where it was not measured, or the bundle is not calibrated.
    public private(set) var confidence: ConfidenceTally?
    /// The same of the auxiliary network's outputs; nil where it was not measured, or the network is not trained.
    public private(set) var auxiliary: ConfidenceTally?
    /// The same of the probability of the best class; nil where it was not measured.
    public private(set) var topProbability: ConfidenceTally?

    private static let wantedPrecisions = [0.9, 0.95, 0.98]

    /// One picture with all that is known and said of it; valid within the call that hands it over.
    public struct Picture {
        public let name: String
        public let image: RGBImage
        public let truth: GrayImage
        public let prediction: GrayImage
        /// Nil where the auxiliary network did not run.
        public let confidence: GrayImage?
    }

    /// - Parameters:
    ///   - size: what the networks see, each picture as large as it fits; the picture's own where nil.
    ///   - thresholds: 0…1; the auxiliary network runs only where there are some, or for `withConfidence`.
    ///   - measuresConfidence: whether to fill `precisions`, `confidence`, `auxiliary` and `topProbability`.
    ///   - progress: called after each picture with their number so far.
    ///   - show: called with each picture.
    /// - Throws: where a picture cannot be read, or has a size that the networks cannot work at.
    public init(
        _ bundle: ModelBundle, on set: TrainingSet, size: Graph.Size? = nil, thresholds: [Double] = [],
        withConfidence: Bool = false, measuresConfidence: Bool = false,
        workers: WorkerPool, progress: (Int) -> Void = { _ in }, show: (Picture) throws -> Void = { _ in }
    ) throws(LearningError) {
        try set.requireClasses(bundle.classes)
        try set.requireLabels()
        let calibration = measuresConfidence ? bundle.calibration : nil
        let (matrix, tally) = (ConfusionMatrix(classes: bundle.classes.count), ConfidenceTally(classes: bundle.classes.count))
        all = matrix
        self.thresholds = thresholds.map { ($0, matrix) }
        precisions = calibration == nil ? [] : Self.wantedPrecisions.map { ($0, matrix) }
        confidence = calibration == nil ? nil : tally
        auxiliary = measuresConfidence && bundle.auxiliaryIsTrained ? tally : nil
        topProbability = measuresConfidence ? tally : nil
        let needsConfidence = withConfidence || !thresholds.isEmpty || auxiliary != nil
        var labeler: PictureLabeler?
        for index in 0..<set.count {
            try LearningError.wrap {
                let sample = try set.load(index)
                let own = Graph.Size(height: sample.image.height, width: sample.image.width)
                if labeler?.size != own {
                    do throws(NetworkError) {
                        labeler = try PictureLabeler(
                            bundle, size: own, networkSize: size, withConfidence: needsConfidence,
                            withProbabilities: measuresConfidence, workers: workers)
                    } catch {
                        throw error.during("Cannot measure on \(set.items[index].item.image)")
                    }
                }
                labeler!.label(sample.image)
                count(labeler!, sample.labels, calibration)
                try show(
                    Picture(
                        name: set.items[index].item.name, image: sample.image, truth: sample.labels,
                        prediction: labeler!.classMap, confidence: labeler!.confidence))
            }
            progress(index + 1)
        }
    }

    /// Adds what the labeler says of its last picture.
    private mutating func count(_ labeler: PictureLabeler, _ truth: GrayImage, _ calibration: ConfidenceCalibration?) {
        let prediction = labeler.classMap
        all.add(truth: truth, prediction: prediction)
        for place in thresholds.indices {
            thresholds[place].kept.add(
                truth: truth, prediction: prediction, confidence: labeler.confidence!, threshold: thresholds[place].threshold)
        }
        for place in precisions.indices {
            precisions[place].kept.add(
                truth: truth, prediction: prediction, confidence: labeler.confidence!,
                pseudoLabel: PixelSelection(threshold: 0, precision: precisions[place].precision).pseudoLabel(calibration))
        }
        if confidence != nil, let values = labeler.confidenceValues {
            confidence?.add(truth: truth, prediction: prediction, confidence: values)
        }
        if auxiliary != nil, let values = labeler.auxiliaryOutputs {
            auxiliary?.add(truth: truth, prediction: prediction, confidence: values)
        }
        if topProbability != nil, let values = labeler.topProbabilities {
            topProbability?.add(truth: truth, prediction: prediction, confidence: values)
        }
    }
}
