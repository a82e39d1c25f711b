import RoadScenes
import Video

/// The latest overlay as one picture, replaced now and then; readers always find a complete one.
///
/// Threading: its lane's thread.
public final class PictureOutput: FrameOutput {
    private let path: String
    private let every: Duration
    private var canvas: OverlayCanvas
    private var due = Duration.zero

    /// - Parameter showsUncertainty: whether uncertain areas are hatched; frames need their confidence then.
    public init(
        _ path: String, every: Duration, classes: ClassSet, first slot: FrameSlot, showsUncertainty: Bool = false
    ) {
        (self.path, self.every) = (path, every)
        canvas = OverlayCanvas(classes, first: slot, showsUncertainty: showsUncertainty)
    }

    public func wants(_ slot: FrameSlot) -> Bool { slot.delivered >= due }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        due = slot.delivered + every
        try ImageFile.write(canvas.paint(slot, text: slot.statusLine), to: path, quality: 85)
    }

    public func close() {}
}
