/// What came of labeling one recording.
public struct SegmentReport: Sendable, Codable, Equatable {
    public var input: String
    /// Frames labeled.
    public var frames: Int
    /// Frames that the decoder lost, or of which parts are missing.
    public var damaged: Int
    /// Units: seconds from the first frame read to the last file closed.
    public var seconds: Double
    /// The bundle's file.
    public var model: String
    /// Units: pixels, of the source as displayed.
    public var width: Int
    public var height: Int
    /// From decoded to labeled.
    public var latency: LoopFigures.Quantiles
    public var inference: LoopFigures.Quantiles
    /// Share of pixels by class name, 0…1.
    public var classes: [String: Double]
    /// What is worth knowing of the input: what was assumed, left out or broken; nil where nothing is.
    public var notices: [String]?
    public var perFrame: [ClassShareOutput.Frame]?
    /// Why it ended early; nil where it did not.
    public var problem: String?
    /// Whether an output could not be written to its end.
    public var lostOutput: Bool

    enum CodingKeys: String, CodingKey {
        case input, frames, damaged, seconds, model, width, height, latency, inference, classes, notices
        case perFrame = "per_frame"
        case problem
        case lostOutput = "lost_output"
    }
}
