import NeuralNetwork
import RoadScenes
import Status
import Video

/// A bundle's networks, compiled and warm, as the loop uses them.
///
/// Threading: one caller at a time.
// Safe to send: only `label` touches the result's memory, and it has one caller at a time.
public final class NetworkSegmenter: FrameSegmenter, @unchecked Sendable {
    public let width: Int
    public let height: Int
    public let classes: ClassSet
    public let model: ModelFacts
    public let judge: (any ConfidenceSource)?
    /// Of the bundle.
    public let identity: ModelBundle.Identity
    private let segmenter: Segmenter
    private let estimator: ConfidenceEstimator?
    private let result: Segmentation

    /// Compiles the networks and runs them once.
    ///
    /// - Parameters:
    ///   - file: names the bundle in reports.
    ///   - number: the bundle's in its registry.
    ///   - withCertainty: also gives each pixel's probability of its class.
    ///   - withConfidence: also compiles the auxiliary network, which roughly doubles the work per frame where it is used.
    ///   - withJudge: compiles it once more, for a thread of its own; where it is not trained, there is no judge.
    public init(
        _ bundle: ModelBundle, file: String, number: Int? = nil, size: Graph.Size?, workers: WorkerPool,
        withCertainty: Bool = false, withConfidence: Bool = false, withJudge: Bool = false
    ) throws(LiveError) {
        let segmenter = try Segmenter(bundle, size: size, workers: workers)
        self.segmenter = segmenter
        estimator =
            withConfidence
            ? try ConfidenceEstimator(bundle, size: segmenter.size, workers: workers) : nil
        judge =
            withJudge && bundle.auxiliaryIsTrained
            ? try ConfidenceEstimator(bundle, size: segmenter.size, workers: WorkerPool(threads: 1, name: "camber-gate")) : nil
        result = segmenter.makeResult(withTopProbability: withCertainty, withProbabilities: withConfidence)
        (width, height, classes) = (segmenter.size.width, segmenter.size.height, segmenter.classes)
        identity = bundle.identity
        model = ModelFacts(
            file: file, number: number, fingerprint: identity.fingerprint,
            isConfidenceTrained: bundle.auxiliaryIsTrained, classes: classes.names, width: width, height: height)
        label(
            RGBImage(width: width, height: height), into: GrayImage(width: width, height: height),
            certainty: nil, confidence: withConfidence ? GrayImage(width: width, height: height) : nil, details: nil)
    }

    public func label(
        _ frame: RGBImage, into classMap: GrayImage, certainty: GrayImage?, confidence: GrayImage?, details: Segmentation?
    ) {
        let result = details ?? self.result
        segmenter.segment(frame, into: result)
        classMap.bytes.copy(result.classMap.bytes)
        if let certainty, let top = result.topProbability { certainty.bytes.copy(top.bytes) }
        if let confidence, let estimator { estimator.estimate(result, into: confidence) }
    }
}
