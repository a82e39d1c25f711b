import Foundation
import RoadScenes
import Video

/// A frame on its way to the gate.
///
/// Threading: one owner at a time.
// Safe to send: `GateHandover` passes it on by ownership.
final class GateFrame: @unchecked Sendable {
    /// Shape: the segmenter's size.
    let picture: RGBImage
    /// The frame that came just before it, if `hasBefore`.
    var before: RGBImage
    var hasBefore = false
    /// With class probabilities.
    let result: Segmentation
    /// What of it shows no road.
    var view: FrameView
    var stamp = FrameStamp(index: 0, time: Timestamp(0, Rational(1, 1)))
    var time = Date.distantPast
    /// What labeled it, and judges it.
    var segmenter: (any FrameSegmenter)?

    init(_ segmenter: any FrameSegmenter) {
        picture = RGBImage(width: segmenter.width, height: segmenter.height)
        before = RGBImage(width: segmenter.width, height: segmenter.height)
        view = .whole(width: segmenter.width, height: segmenter.height)
        result = Segmentation(
            size: .init(height: segmenter.height, width: segmenter.width), classes: segmenter.classes.count,
            withTopProbability: true, withProbabilities: true)
    }
}
