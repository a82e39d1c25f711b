import RoadScenes
import Status

/// What came of labeling one recording.
public struct SegmentReport: Sendable, Codable, Equatable {
    /// Its path or address, without what is secret in it.
    public var input: String
    /// Units: bytes of the recording; nil where it is no file.
    public var bytes: Int?
    /// Frames labeled.
    public var frames: Int
    /// Frames that the decoder lost, or of which parts are missing.
    public var damaged: Int
    /// Those among them that the recording promises and does not hold.
    public var missing: Int
    /// Pictures among these, each with the reason, of many the first; nil where there are none.
    public var lost: [String]?
    /// Units: seconds from the first frame read to the last file closed.
    public var seconds: Double
    /// The bundle's file.
    public var model: String
    /// Units: pixels, of the source as displayed.
    public var width: Int
    public var height: Int
    /// From decoded to labeled.
    public var latency: LatencyQuantiles
    public var inference: LatencyQuantiles
    /// Share of pixels by class name, 0…1.
    public var classes: [String: Double]
    /// What the masks' values stand for, in the order of the indices.
    public var labels: [ClassSet.Entry]
    /// What is worth knowing of the input: what was assumed, left out or broken; nil where nothing is.
    public var notices: [String]?
    public var perFrame: [ClassShareOutput.Frame]?
    /// What the sidecars tell; nil where there are none.
    public var sidecar: CircumstanceSummary?
    /// The files asked for.
    public var outputs: SegmentJob.Outputs
    /// What there is instead of those of them that are not whole.
    public var partial: [String]?
    /// Why it ended early; nil where it did not.
    public var problem: String?
    /// Whether an output could not be written to its end.
    public var lostOutput: Bool
    /// Whether every frame that came is in every output.
    public var complete: Bool
    /// Where the report stands alone.
    public var settings: SegmentSettings?

    enum CodingKeys: String, CodingKey {
        case input, bytes, frames, damaged, missing, lost, seconds, model, width, height, latency, inference, classes, labels,
            notices
        case perFrame = "per_frame"
        case sidecar, outputs, partial, problem
        case lostOutput = "lost_output"
        case complete, settings
    }
}
