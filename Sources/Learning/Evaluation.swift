import NeuralNetwork
import RoadScenes
import Video

/// A bundle's networks on labeled pictures: the paper's measures.
///
/// Source: section 4 of the paper; tables 3 and 4.
public struct Evaluation: Sendable {
    /// What holds for all pixels.
    public let all: ConfusionMatrix
    /// What holds for the pixels whose confidence reaches each threshold.
    public let thresholds: [(threshold: Double, kept: ConfusionMatrix)]

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
    ///   - thresholds: 0…1; the auxiliary network runs only where there are some, or for `withConfidence`.
    ///   - progress: called after each picture with their number so far.
    ///   - show: called with each picture.
    /// - Throws: where a picture cannot be read, or has a size that the networks cannot work at.
    public init(
        _ bundle: ModelBundle, on set: TrainingSet, thresholds: [Double] = [], withConfidence: Bool = false,
        workers: WorkerPool, progress: (Int) -> Void = { _ in }, show: (Picture) throws -> Void = { _ in }
    ) throws(LearningError) {
        guard bundle.classes.names == set.classes.names else {
            throw LearningError(
                "The bundle's classes are \(bundle.classes.names.joined(separator: ", ")); the data set has others.")
        }
        try set.requireLabels()
        var all = ConfusionMatrix(classes: bundle.classes.count)
        var kept = thresholds.map { (threshold: $0, kept: all) }
        var labeler: PictureLabeler?
        for index in 0..<set.count {
            try LearningError.wrap {
                let sample = try set.load(index)
                let size = Graph.Size(height: sample.image.height, width: sample.image.width)
                if labeler?.size != size {
                    labeler = try PictureLabeler(
                        bundle, size: size, withConfidence: withConfidence || !thresholds.isEmpty, workers: workers)
                }
                labeler!.label(sample.image)
                all.add(truth: sample.labels, prediction: labeler!.result.classMap)
                for place in kept.indices {
                    kept[place].kept.add(
                        truth: sample.labels, prediction: labeler!.result.classMap, confidence: labeler!.confidence!,
                        threshold: kept[place].threshold)
                }
                try show(
                    Picture(
                        name: set.items[index].item.name, image: sample.image, truth: sample.labels,
                        prediction: labeler!.result.classMap, confidence: labeler!.confidence))
            }
            progress(index + 1)
        }
        self.all = all
        self.thresholds = kept
    }
}
