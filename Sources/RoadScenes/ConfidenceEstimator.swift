import NeuralNetwork
import Video

/// A bundle's auxiliary network compiled for one frame size: class probabilities in, how far to trust each pixel out; where the
/// bundle is calibrated, the chance that the pixel's class is right.
///
/// Threading: one caller at a time; the work is spread over the pool's workers. `estimate` allocates nothing.
// Safe to send: `values` is only touched inside `estimate` and by its caller between two calls.
public final class ConfidenceEstimator: @unchecked Sendable {
    public let size: Graph.Size
    private let classes: Int
    public let calibration: ConfidenceCalibration?
    private let plan: InferencePlan
    /// What the auxiliary network said last, 0…1. Shape: height × width.
    public let outputs: PixelValues<Float>
    /// The last estimate, 0…1: the outputs, calibrated where the bundle is. Shape: height × width.
    public let values: PixelValues<Float>

    /// - Parameter size: of the frames; the bundle's input size where nil.
    /// - Throws: where the size is not supported or the CPU lacks the kernels.
    public init(
        _ bundle: ModelBundle, size: Graph.Size? = nil, workers: WorkerPool, kernels: Kernels = .best
    ) throws(NetworkError) {
        self.size = size ?? bundle.inputSize
        classes = bundle.classes.count
        calibration = bundle.calibration
        plan = try InferencePlan(
            bundle.auxiliaryGraph, weights: bundle.auxiliary, size: self.size, workers: workers, kernels: kernels, input: .planes)
        outputs = PixelValues(count: self.size.height * self.size.width, filledWith: 0)
        values = calibration == nil ? outputs : PixelValues(count: outputs.count, filledWith: 0)
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
            outputs.withPointer { plan.run(planes: planes, into: InferencePlan.Destination(planes: $0)) }
        }
        if let calibration { calibrate(calibration, result.classMap, probabilities) }
        let (from, to) = (values, map.bytes)
        for index in from.indices { to[index] = UInt8((min(1, max(0, from[index])) * 255).rounded()) }
    }

    private func calibrate(
        _ calibration: ConfidenceCalibration, _ classMap: GrayImage, _ probabilities: PixelValues<Float>
    ) {
        let (from, labels, to) = (outputs, classMap.bytes, values)
        for index in to.indices {
            let label = Int(labels[index])
            guard label < classes else {
                to[index] = 0
                continue
            }
            to[index] = calibration.chance(
                auxiliary: from[index], topProbability: probabilities[label * to.count + index], label: label)
        }
    }
}
