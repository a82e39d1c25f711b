import Configuration
import RoadScenes
import Status

extension Familiarity {
    /// Looks whose mean counts: a single frame says little.
    static let looks = 6
    /// A road that is unfamiliar again within this time has not become familiar in between.
    static let rest = Duration.seconds(60)

    /// Nil where the model is not calibrated, or has not looked at enough frames.
    ///
    /// - Parameter confidences: mean confidences of the last looks, `looks` at most.
    init?(_ confidences: [Double], _ calibration: ConfidenceCalibration?) {
        guard let calibration, confidences.count >= Self.looks else { return nil }
        self.init(expectedAccuracy: confidences.reduce(0, +) / Double(confidences.count), usual: calibration.usual)
    }

    /// For people; nil where the road is familiar.
    public var warning: String? {
        guard isUnfamiliar else { return nil }
        return
            "unfamiliar road: \(ShareText.text(expectedAccuracy)) of the pixels should be right, \(ShareText.text(usual)) are usual"
    }
}
