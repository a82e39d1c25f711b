import RoadScenes
import Video

/// Makes a frame's confidence map and pseudo-label, and counts what is in them, in memory made once.
///
/// Threading: one caller at a time.
final class GateViewer {
    /// The pseudo-label of the last look: void where the confidence is below the threshold.
    let labels: GrayImage
    /// 0…255 for 0…1, of the last look.
    let confidence: GrayImage
    private let pseudoLabel: PseudoLabel
    private var figures: PseudoLabelFigures

    init(_ segmenter: any FrameSegmenter, threshold: Double) {
        labels = GrayImage(width: segmenter.width, height: segmenter.height)
        confidence = GrayImage(width: segmenter.width, height: segmenter.height)
        pseudoLabel = PseudoLabel(threshold: threshold)
        figures = PseudoLabelFigures(classes: segmenter.classes.count)
    }

    func look(_ result: Segmentation, judge: any ConfidenceSource, model: String) -> GateLook {
        judge.estimate(result, into: confidence)
        figures.reset()
        pseudoLabel.write(result.classMap, confidence, into: labels, counting: &figures)
        return GateLook(
            model: model, selectedRatio: figures.selectedRatio, meanConfidence: figures.meanConfidence,
            classShares: figures.classShares, selectedShares: figures.selectedShares)
    }
}
