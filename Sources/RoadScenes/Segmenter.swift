import NeuralNetwork
import Video

/// A bundle's segmentation network compiled for one frame size: pictures in, class maps out.
///
/// Threading: one caller at a time; the work is spread over the pool's workers. `segment` allocates nothing.
public final class Segmenter: Sendable {
    public let classes: ClassSet
    public let size: Graph.Size
    package let plan: InferencePlan

    /// - Parameter size: of the frames; the bundle's input size where nil.
    /// - Throws: where the size is not supported or the CPU lacks the kernels.
    public init(
        _ bundle: ModelBundle, size: Graph.Size? = nil, workers: WorkerPool, kernels: Kernels = .best
    ) throws(NetworkError) {
        classes = bundle.classes
        self.size = size ?? bundle.inputSize
        plan = try InferencePlan(
            bundle.segmentationGraph, weights: bundle.segmentation, size: self.size, workers: workers, kernels: kernels,
            input: .rgb(mean: bundle.mean, deviation: bundle.deviation))
    }

    /// Memory for results of this segmenter's frames; what it holds is what `segment` computes.
    public func makeResult(withTopProbability: Bool = false, withProbabilities: Bool = false) -> Segmentation {
        Segmentation(
            size: size, classes: classes.count, withTopProbability: withTopProbability, withProbabilities: withProbabilities)
    }

    /// Labels every pixel of one frame.
    ///
    /// - Precondition: `frame` has the segmenter's size and `result` was made for that size and number of classes.
    public func segment(_ frame: RGBImage, into result: Segmentation) {
        precondition(
            frame.width == size.width && frame.height == size.height,
            "a frame of \(frame.width)×\(frame.height) for a segmenter of \(size.width)×\(size.height)")
        precondition(
            result.classMap.bytes.count == size.width * size.height
                && (result.probabilities?.count ?? 0) % (size.width * size.height * classes.count) == 0,
            "a result of another size")
        frame.bytes.withPointer { rgb in
            result.withDestination { plan.run(rgb: rgb, rowBytes: frame.rowBytes, into: $0) }
        }
    }
}
