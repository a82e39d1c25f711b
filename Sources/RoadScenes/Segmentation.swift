import NeuralNetwork
import Video

/// What the segmentation network says about one frame, in memory that is used again for the next.
///
/// Threading: one owner at a time; handing it to another thread hands over the right to touch it.
// Safe to send: the pipeline passes results by ownership.
public final class Segmentation: @unchecked Sendable {
    /// Index of the best class for every pixel.
    public let classMap: GrayImage
    /// Probability of the best class, 0…255 for 0…1; nil where it was not asked for.
    public let topProbability: GrayImage?
    /// Class probabilities, 0…1; nil where they were not asked for. Shape: classes × height × width.
    public let probabilities: PixelValues<Float>?

    public init(size: Graph.Size, classes: Int, withTopProbability: Bool, withProbabilities: Bool) {
        classMap = GrayImage(width: size.width, height: size.height)
        topProbability = withTopProbability ? GrayImage(width: size.width, height: size.height) : nil
        probabilities = withProbabilities ? PixelValues(count: classes * size.height * size.width, filledWith: 0) : nil
    }

    /// Lends the memory as the goal of a plan's run.
    func withDestination(_ body: (InferencePlan.Destination) -> Void) {
        classMap.bytes.withPointer { classMap in
            (topProbability?.bytes).withPointer { top in
                probabilities.withPointer { planes in
                    body(.init(classMap: classMap, topProbability: top, planes: planes, wantsProbabilities: true))
                }
            }
        }
    }
}
