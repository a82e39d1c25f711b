import NeuralNetwork
import RoadScenes
import Video

/// Both of a bundle's networks at one size: a picture's class map and confidence.
///
/// Threading: one caller at a time.
final class PictureLabeler {
    let size: Graph.Size
    let result: Segmentation
    /// Of the last picture; nil where it was not asked for.
    let confidence: GrayImage?
    private let segmenter: Segmenter
    private let estimator: ConfidenceEstimator?

    init(_ bundle: ModelBundle, size: Graph.Size, withConfidence: Bool, withProbabilities: Bool = false, workers: WorkerPool)
        throws(NetworkError)
    {
        self.size = size
        segmenter = try Segmenter(bundle, size: size, workers: workers)
        result = segmenter.makeResult(withProbabilities: withConfidence || withProbabilities)
        estimator = withConfidence ? try ConfidenceEstimator(bundle, size: size, workers: workers) : nil
        confidence = withConfidence ? GrayImage(width: size.width, height: size.height) : nil
    }

    func label(_ image: RGBImage) {
        segmenter.segment(image, into: result)
        if let confidence { estimator?.estimate(result, into: confidence) }
    }
}
