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
    public let values: UnsafeMutableBufferPointer<Float>

    /// - Parameter size: of the frames; the bundle's input size where nil.
    /// - Throws: where the size is not supported or the CPU lacks the kernels.
    public init(
        _ bundle: ModelBundle, size: Graph.Size? = nil, workers: WorkerPool, kernels: Kernels = .best
    ) throws(NetworkError) {
        self.size = size ?? bundle.inputSize
        classes = bundle.classes.count
        plan = try InferencePlan(
            bundle.auxiliaryGraph, weights: bundle.auxiliary, size: self.size, workers: workers, kernels: kernels, input: .planes)
        values = .allocate(capacity: self.size.height * self.size.width)
        values.initialize(repeating: 0)
    }

    deinit { values.deallocate() }

    /// Writes the confidence map, 0…255 for 0…1; a value that is no number is no confidence.
    ///
    /// - Precondition: `result` holds class probabilities of a frame of this size, and `map` has this size.
    public func estimate(_ result: Segmentation, into map: GrayImage) {
        guard let probabilities = result.probabilities, probabilities.count == classes * values.count else {
            preconditionFailure("a result without class probabilities of \(size.width)×\(size.height)")
        }
        precondition(map.bytes.count == values.count, "a confidence map of another size")
        plan.run(planes: probabilities.baseAddress!, into: InferencePlan.Destination(planes: values.baseAddress))
        for index in values.indices { map.bytes[index] = UInt8((min(1, max(0, values[index])) * 255).rounded()) }
    }
}
