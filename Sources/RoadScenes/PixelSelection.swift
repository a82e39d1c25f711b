/// Which of a model's pixels get a pseudo-label: those that are right as often as wanted, where the model is calibrated; else
/// those whose confidence reaches a threshold.
public struct PixelSelection: Sendable, Equatable {
    /// What is meant where nobody says anything.
    public static let usual = PixelSelection(threshold: 0.7, precision: 0.95)

    /// Least confidence, 0…1.
    public var threshold: Double
    /// The share of each class's selected pixels that should be right, 0.5…0.99; nil selects by the threshold always.
    public var precision: Double?

    public init(threshold: Double, precision: Double? = nil) {
        (self.threshold, self.precision) = (threshold, precision)
    }

    /// - Parameter calibration: of the model whose pixels are selected; nil where it has none.
    public func pseudoLabel(_ calibration: ConfidenceCalibration?) -> PseudoLabel {
        guard let precision, let calibration else { return PseudoLabel(threshold: threshold) }
        return PseudoLabel(thresholds: calibration.thresholds(forPrecision: precision))
    }
}
