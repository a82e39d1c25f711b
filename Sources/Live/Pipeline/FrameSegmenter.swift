import RoadScenes
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

    /// Labels every pixel. `confidence`, where given, gets the auxiliary network's map, 0…255 for 0…1.
    func label(_ frame: RGBImage, into classMap: GrayImage, confidence: GrayImage?)
}

/// Names a model in reports and status.
public struct ModelFacts: Sendable, Equatable, Codable {
    /// The bundle's file.
    public var file: String
    public var classes: [String]
    /// Units: pixels that the network sees.
    public var width: Int
    public var height: Int

    public init(file: String, classes: [String], width: Int, height: Int) {
        (self.file, self.classes, self.width, self.height) = (file, classes, width, height)
    }
}
