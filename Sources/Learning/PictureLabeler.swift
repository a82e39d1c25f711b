import NeuralNetwork
import RoadScenes
import Video

/// Both of a bundle's networks on pictures of one size: a picture's class map and confidence.
///
/// Threading: one caller at a time.
final class PictureLabeler {
    /// Of the pictures.
    let size: Graph.Size
    /// Of the last picture, at the size that the network sees.
    let result: Segmentation
    /// Of the last picture, at its size.
    let classMap: GrayImage
    /// Of the last picture, at its size; nil where it was not asked for.
    let confidence: GrayImage?
    private let segmenter: Segmenter
    private let estimator: ConfidenceEstimator?
    /// Nil where the network sees pictures as they are.
    private let fit: PictureFit?
    private let seen: RGBImage?
    private let seenConfidence: GrayImage?

    /// - Parameters:
    ///   - size: of the pictures.
    ///   - networkSize: what the network sees; the pictures' size where nil.
    init(
        _ bundle: ModelBundle, size: Graph.Size, networkSize: Graph.Size? = nil, withConfidence: Bool,
        withProbabilities: Bool = false, workers: WorkerPool
    ) throws(NetworkError) {
        let inner = networkSize ?? size
        self.size = size
        segmenter = try Segmenter(bundle, size: inner, workers: workers)
        result = segmenter.makeResult(withProbabilities: withConfidence || withProbabilities)
        estimator = withConfidence ? try ConfidenceEstimator(bundle, size: inner, workers: workers) : nil
        confidence = withConfidence ? GrayImage(width: size.width, height: size.height) : nil
        fit = inner == size ? nil : PictureFit(size, in: inner)
        seen = fit == nil ? nil : RGBImage(width: inner.width, height: inner.height)
        seenConfidence = fit == nil || !withConfidence ? nil : GrayImage(width: inner.width, height: inner.height)
        classMap = fit == nil ? result.classMap : GrayImage(width: size.width, height: size.height)
    }

    func label(_ image: RGBImage) {
        guard let fit, let seen else {
            segmenter.segment(image, into: result)
            if let confidence { estimator?.estimate(result, into: confidence) }
            return
        }
        fit.draw(image, into: seen)
        segmenter.segment(seen, into: result)
        fit.spread(result.classMap, into: classMap)
        if let confidence, let seenConfidence {
            estimator?.estimate(result, into: seenConfidence)
            fit.spread(seenConfidence, into: confidence)
        }
    }

    /// The last picture's confidence, 0…1; nil where it was not asked for.
    ///
    /// Shape: height × width of the picture.
    var confidenceValues: [Float]? { estimator.map { spread(Array($0.values)) } }

    /// The same before calibration.
    var auxiliaryOutputs: [Float]? { estimator.map { spread(Array($0.outputs)) } }

    /// The probability of each pixel's best class; nil where probabilities were not asked for.
    ///
    /// Shape: height × width of the picture.
    var topProbabilities: [Float]? {
        guard let planes = result.probabilities else { return nil }
        let pixels = result.classMap.width * result.classMap.height
        var top = [Float](repeating: 0, count: pixels)
        for start in stride(from: 0, to: planes.count, by: pixels) {
            for pixel in 0..<pixels { top[pixel] = max(top[pixel], planes[start + pixel]) }
        }
        return spread(top)
    }

    private func spread(_ values: [Float]) -> [Float] {
        guard let fit else { return values }
        var result = [Float](repeating: 0, count: size.height * size.width)
        fit.spread(values, into: &result)
        return result
    }
}
