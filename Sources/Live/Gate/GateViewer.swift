import RoadScenes
import Video

/// Makes a frame's confidence map and pseudo-label, and counts what is in them, in memory made once.
///
/// Threading: one caller at a time.
final class GateViewer {
    /// The pseudo-label of the last look: void where the confidence does not suffice.
    let labels: GrayImage
    /// 0…255 for 0…1, of the last look.
    let confidence: GrayImage
    private let selection: PixelSelection
    private var figures: PseudoLabelFigures

    init(_ segmenter: any FrameSegmenter, selection: PixelSelection) {
        labels = GrayImage(width: segmenter.width, height: segmenter.height)
        confidence = GrayImage(width: segmenter.width, height: segmenter.height)
        self.selection = selection
        figures = PseudoLabelFigures(classes: segmenter.classes.count)
    }

    /// - Parameter view: of the frame: nothing is said of what it hides, which is void in the result.
    func look(_ result: Segmentation, _ view: FrameView, judge: any ConfidenceSource, model: String) -> GateLook {
        judge.estimate(result, into: confidence)
        view.hide(inConfidence: confidence)
        figures.reset()
        // Models are calibrated each by itself.
        selection.pseudoLabel(judge.calibration).write(result.classMap, confidence, into: labels, counting: &figures)
        return GateLook(
            model: model, selectedRatio: figures.selectedRatio, meanConfidence: figures.meanConfidence,
            classShares: figures.classShares, selectedShares: figures.selectedShares)
    }
}
