import RoadScenes
import Video

/// Looks at the gate's frames with another model than the one that labeled them.
///
/// Threading: the gate's thread.
final class SecondSight {
    private let segmenter: any FrameSegmenter
    private let result: Segmentation
    private let map: GrayImage
    private let viewer: GateViewer

    init(_ segmenter: any FrameSegmenter, selection: PixelSelection) {
        self.segmenter = segmenter
        result = Segmentation(
            size: .init(height: segmenter.height, width: segmenter.width), classes: segmenter.classes.count,
            withTopProbability: false, withProbabilities: true)
        map = GrayImage(width: segmenter.width, height: segmenter.height)
        viewer = GateViewer(segmenter, selection: selection)
    }

    func isOf(_ other: any FrameSegmenter) -> Bool { segmenter === other }

    /// Nil where its model has no judge.
    func look(_ frame: RGBImage, _ view: FrameView) -> GateLook? {
        guard let judge = segmenter.judge else { return nil }
        segmenter.label(frame, into: map, certainty: nil, confidence: nil, details: result)
        view.hide(in: result.classMap)
        return viewer.look(result, view, judge: judge, model: segmenter.model.fingerprint)
    }
}
