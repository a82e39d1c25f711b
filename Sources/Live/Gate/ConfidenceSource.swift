import RoadScenes
import Video

/// What tells how far each pixel of a labeled frame can be trusted.
///
/// Threading: one caller at a time.
public protocol ConfidenceSource: AnyObject, Sendable {
    /// Writes the confidence map, 0…255 for 0…1, of a result with class probabilities.
    func estimate(_ result: Segmentation, into map: GrayImage)
    /// What makes its confidence the chance of being right; nil where nothing does.
    var calibration: ConfidenceCalibration? { get }
    /// Whether the last estimate was a number everywhere.
    var isFinite: Bool { get }
}

extension ConfidenceEstimator: ConfidenceSource {
    public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
