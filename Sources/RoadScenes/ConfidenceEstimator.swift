import NeuralNetwork
import Video

/// A bundle's auxiliary network compiled for one frame size: class probabilities in, how far to trust each pixel out.
///
/// Threading: one caller at a time; the work is spread over the pool's workers. `estimate` allocates nothing.
// Safe to send: `values` is only touched inside `estimate` and by its caller between two calls.
public final class ConfidenceEstimator: @unchecked Sendable {
    public let size: Graph.Size
    private let classes: Int
    private let plan: InferencePlan
    /// The last estimate, 0…1. Shape: height × width.
    public let values: PixelValues<Float>

    /// - Parameter size: of the frames; the bundle's input size where nil.
    /// - Throws: where the size is not supported or the CPU lacks the kernels.
    public init(
        _ bundle: ModelBundle, size: Graph.Size? = nil, workers: WorkerPool, kernels: Kernels = .best
    ) throws(NetworkError) {
        self.size = size ?? bundle.inputSize
        classes = bundle.classes.count
        plan = try InferencePlan(
            bundle.auxiliaryGraph, weights: bundle.auxiliary, size: self.size, workers: workers, kernels: kernels, input: .planes)
        values = PixelValues(count: self.size.height * self.size.width, filledWith: 0)
    }

    /// Writes the confidence map, 0…255 for 0…1; a value that is no number is no confidence.
    ///
    /// - Precondition: `result` holds class probabilities of a frame of this size, and `map` has this size.
    public func estimate(_ result: Segmentation, into map: GrayImage) {
        guard let probabilities = result.probabilities, probabilities.count == classes * values.count else {
            preconditionFailure("a result without class probabilities of \(size.width)×\(size.height)")
        }
        precondition(map.bytes.count == values.count, "a confidence map of another size")
        probabilities.withPointer { planes in
            values.withPointer { plan.run(planes: planes, into: InferencePlan.Destination(planes: $0)) }
        }
        let (from, to) = (values, map.bytes)
        for index in from.indices { to[index] = UInt8((min(1, max(0, from[index])) * 255).rounded()) }
    }
}
