import RoadScenes

/// How well a calibrated model knows the road that it sees, by its own account.
public struct Familiarity: Sendable, Codable, Equatable {
    /// Looks whose mean counts: a single frame says little.
    static let looks = 6

    /// The share of the pixels that should be right, over the last looks, 0…1.
    public var expectedAccuracy: Double
    /// What 95 of 100 of the pictures that it was calibrated on reach, 0…1.
    public var usual: Double

    /// Whether it is less sure than on nearly all of what it has learned from.
    public var isUnfamiliar: Bool { expectedAccuracy < usual }

    enum CodingKeys: String, CodingKey {
        case expectedAccuracy = "expected_accuracy"
        case usual
    }

    /// Nil where the model is not calibrated, or has not looked at enough frames.
    ///
    /// - Parameter confidences: mean confidences of the last looks, `looks` at most.
    init?(_ confidences: [Double], _ calibration: ConfidenceCalibration?) {
        guard let calibration, confidences.count >= Self.looks else { return nil }
        (expectedAccuracy, usual) = (confidences.reduce(0, +) / Double(confidences.count), calibration.usual)
    }

    /// For people; nil where the road is familiar.
    public var warning: String? {
        guard isUnfamiliar else { return nil }
        return
            "unfamiliar road: \(ShareText.text(expectedAccuracy)) of the pixels should be right, \(ShareText.text(usual)) are usual"
    }
}
