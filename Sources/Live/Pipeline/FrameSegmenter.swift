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

    /// Judges `details` elsewhere, while this goes on labeling; nil where it was made without.
    var judge: (any ConfidenceSource)? { get }

    /// Labels every pixel.
    ///
    /// - Parameters:
    ///   - certainty: where given, gets each pixel's probability of its class, 0…255 for 0…1; only what was made for it has that.
    ///   - confidence: where given, gets the auxiliary network's map, 0…255 for 0…1.
    ///   - details: where given, gets the class map and every class's probability, too; costs a little more.
    func label(
        _ frame: RGBImage, into classMap: GrayImage, certainty: GrayImage?, confidence: GrayImage?, details: Segmentation?)
}

/// Names a model in reports and status.
public struct ModelFacts: Sendable, Equatable, Codable {
    /// The bundle's file.
    public var file: String
    /// In the registry; nil where it comes from elsewhere.
    public var number: Int?
    /// As `ModelBundle.fingerprint`.
    public var fingerprint: String
    /// Whether the auxiliary network's confidence means something.
    public var isConfidenceTrained: Bool
    public var classes: [String]
    /// Units: pixels that the network sees.
    public var width: Int
    public var height: Int

    enum CodingKeys: String, CodingKey {
        case file, number, fingerprint, classes, width, height
        case isConfidenceTrained = "confidence_trained"
    }

    public init(
        file: String, number: Int? = nil, fingerprint: String, isConfidenceTrained: Bool, classes: [String], width: Int,
        height: Int
    ) {
        (self.file, self.number, self.fingerprint) = (file, number, fingerprint)
        self.isConfidenceTrained = isConfidenceTrained
        (self.classes, self.width, self.height) = (classes, width, height)
    }
}
