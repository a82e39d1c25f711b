import Overlay
import RoadScenes
import Video

/// Paints the class colours over labeled frames, in memory made once.
///
/// Threading: one caller at a time.
struct OverlayCanvas {
    private let classes: ClassSet
    private let showsUncertainty: Bool
    private var painter: OverlayPainter
    private let painted: RGBImage

    /// - Parameters:
    ///   - slot: the first of the frames, whose outputs' size they all have.
    ///   - showsUncertainty: whether uncertain areas are hatched; frames need their confidence then.
    init(_ classes: ClassSet, first slot: FrameSlot, showsUncertainty: Bool) {
        (self.classes, self.showsUncertainty) = (classes, showsUncertainty)
        painter = OverlayPainter(classes: classes, of: slot)
        painted = RGBImage(width: slot.outputWidth, height: slot.outputHeight)
    }

    /// - Parameter text: written into the picture.
    /// - Returns: the painted frame, which the next call overwrites.
    mutating func paint(_ slot: FrameSlot, text: String?) -> RGBImage {
        guard let picture = slot.picture else { preconditionFailure("an overlay without a picture") }
        if slot.view.region != painter.region { painter = OverlayPainter(classes: classes, of: slot) }
        painter.paint(
            picture, slot.classMap, confidence: showsUncertainty ? slot.confidence : nil, into: painted, text: text)
        return painted
    }
}

extension OverlayPainter {
    fileprivate convenience init(classes: ClassSet, of slot: FrameSlot) {
        self.init(
            classes: classes, map: (slot.classMap.width, slot.classMap.height), region: slot.view.region,
            picture: (slot.outputWidth, slot.outputHeight))
    }
}
