import RoadScenes
import Status
import Video

/// What turns a frame into a class map.
///
/// Threading: one caller at a time.
public protocol FrameSegmenter: AnyObject, Sendable {
    /// Units: pixels; frames must have exactly this size.
    var width: Int { get }
    var height: Int { get }
    var classes: ClassSet { get }
    /// Names the model in reports and status.
    var model: ModelFacts { get }

    /// Judges `details` elsewhere, while this goes on labeling; nil where it was made without.
    var judge: (any ConfidenceSource)? { get }

    /// Labels every pixel.
    ///
    /// - Parameters:
    ///   - certainty: where given, gets each pixel's probability of its class, 0…255 for 0…1; the segmenter
    ///     must have been made to give it.
    ///   - confidence: where given, gets the auxiliary network's map, 0…255 for 0…1.
    ///   - details: where given, gets the class map and every class's probability, too; costs a little more.
    func label(
        _ frame: RGBImage, into classMap: GrayImage, certainty: GrayImage?, confidence: GrayImage?, details: Segmentation?)
}
