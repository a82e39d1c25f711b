import Foundation
import NeuralNetwork
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
    /// The frame as it was decoded; nil where nobody wants it larger.
    var original: VideoFrame?
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

    /// The frame as the camera gave it, but no larger than `limit`, with square pixels; nil where that is no larger than the network saw it.
    func picture(within limit: Graph.Size) -> RGBImage? {
        guard let original else { return nil }
        let width = Int(nearest: Double(original.width) * max(original.sampleAspectRatio.value, 0.01))
        let size = PictureFit.size(of: Graph.Size(height: original.height, width: max(1, width)), within: limit)
        guard size.width > view.region.width, size.height > view.region.height else { return nil }
        let image = RGBImage(width: size.width, height: size.height)
        // Its labels can be made without it.
        return (try? original.draw(into: image)) == nil ? nil : image
    }
}
