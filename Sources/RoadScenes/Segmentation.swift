import NeuralNetwork
import Video

/// What the segmentation network says about one frame, in memory that is used again for the next.
///
/// Threading: one owner at a time; handing it to another thread hands over the right to touch it.
// Safe to send: the planes belong to the result alone and live as long as it does; the pipeline passes results by ownership.
public final class Segmentation: @unchecked Sendable {
    /// Index of the best class for every pixel.
    public let classMap: GrayImage
    /// Probability of the best class, 0…255 for 0…1; nil where it was not asked for.
    public let topProbability: GrayImage?
    /// Class probabilities, 0…1; nil where they were not asked for. Shape: classes × height × width.
    public let probabilities: UnsafeMutableBufferPointer<Float>?

    public init(size: Graph.Size, classes: Int, withTopProbability: Bool, withProbabilities: Bool) {
        classMap = GrayImage(width: size.width, height: size.height)
        topProbability = withTopProbability ? GrayImage(width: size.width, height: size.height) : nil
        if withProbabilities {
            let planes = UnsafeMutableBufferPointer<Float>.allocate(capacity: classes * size.height * size.width)
            planes.initialize(repeating: 0)
            probabilities = planes
        } else {
            probabilities = nil
        }
    }

    deinit { probabilities?.deallocate() }
}
