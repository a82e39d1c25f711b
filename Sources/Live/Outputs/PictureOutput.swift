import Overlay
import RoadScenes
import Video

/// The latest overlay as one picture, replaced now and then; readers always find a complete one.
///
/// Threading: its lane's thread.
public final class PictureOutput: FrameOutput {
    private let path: String
    private let every: Duration
    private let classes: ClassSet
    private var painter: OverlayPainter
    private let painted: RGBImage
    private let showsUncertainty: Bool
    private var due = Duration.zero

    /// - Parameter showsUncertainty: whether uncertain areas are hatched; frames need their confidence then.
    public init(
        _ path: String, every: Duration, classes: ClassSet, first slot: FrameSlot, showsUncertainty: Bool = false
    ) {
        (self.path, self.every, self.showsUncertainty) = (path, every, showsUncertainty)
        painter = OverlayPainter(classes: classes, of: slot)
        self.classes = classes
        painted = RGBImage(width: slot.outputWidth, height: slot.outputHeight)
    }

    public func wants(_ slot: FrameSlot) -> Bool { slot.delivered >= due }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        guard let picture = slot.picture else { preconditionFailure("an overlay without a picture") }
        due = slot.delivered + every
        if slot.view.region != painter.region { painter = OverlayPainter(classes: classes, of: slot) }
        painter.paint(
            picture, slot.classMap, confidence: showsUncertainty ? slot.confidence : nil, into: painted,
            text: slot.statusLine)
        try ImageFile.write(painted, to: path, quality: 85)
    }

    public func close() {}
}
