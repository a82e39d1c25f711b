import Foundation
import Video

/// What the gate hands to the spool: a frame, the labels that can be trusted, and where both come from.
public struct SpoolEntry: Sendable {
    public var frame: RGBImage
    /// The frame that came just before it, of the same size: what was still then should have the same labels. Nil where none did.
    public var before: RGBImage?
    /// The frame as large as the camera gave it, or as it may be kept, for people to label; nil where `frame` is no smaller.
    public var original: RGBImage?
    /// The pseudo-label, of the frame's size; 255 is void.
    public var labels: GrayImage
    public var source: String
    /// The frame's number in its source, from 0.
    public var frameNumber: Int
    /// When the frame was taken, by this machine's clock.
    public var time: Date
    /// What speaks against that time; nil where nothing does.
    public var clock: ClockDoubt?
    /// The fingerprint of the bundle that labeled it.
    public var model: String
    /// The confidence, 0…1, from which labels were trusted, where the gate had no precision to go by or the model no calibration.
    public var threshold: Double
    /// The share of pixels that were trusted: 0…1.
    public var selectedRatio: Double
    /// How much a person could add, 0…1: it waits for one, and is not learned from. Nil for frames that are.
    public var unsureness: Double?
    /// A small grey picture of the frame, by which the gate tells frames apart.
    public var signature: [UInt8]

    public init(
        frame: RGBImage, labels: GrayImage, source: String, frameNumber: Int, time: Date, model: String, threshold: Double,
        selectedRatio: Double, signature: [UInt8], clock: ClockDoubt? = nil, before: RGBImage? = nil, unsureness: Double? = nil,
        original: RGBImage? = nil
    ) {
        self.frame = frame
        self.before = before
        self.labels = labels
        self.source = source
        self.frameNumber = frameNumber
        self.time = time
        self.clock = clock
        self.model = model
        self.threshold = threshold
        self.selectedRatio = selectedRatio
        self.signature = signature
        (self.unsureness, self.original) = (unsureness, original)
    }
}
