import Foundation
import RoadScenes

extension PixelSelection {
    enum Keys {
        static func precision(_ takesEffect: TakesEffect) -> ConfigurationKey<Double> {
            let usual = PixelSelection.usual.precision.map(ShareText.text) ?? "none"
            return ConfigurationKey(
                "precision", .share("how many of the pixels should be right, from 50% to 99%", in: 0.5...0.99),
                otherwise: "`\(usual)`, unless `threshold` is given",
                "Which pixels get a label: those of each class of which so many should be right, by the model's own calibration.",
                takesEffect: takesEffect)
        }

        static func threshold(_ takesEffect: TakesEffect) -> ConfigurationKey<Double> {
            ConfigurationKey(
                "threshold", .share, standard: PixelSelection.usual.threshold,
                "Which pixels get a label where there is no `precision` or no calibration: those of at least this confidence.",
                takesEffect: takesEffect)
        }

        static func all(_ takesEffect: TakesEffect) -> [any ConfigurationKeyDescription] {
            [precision(takesEffect), threshold(takesEffect)]
        }
    }

    /// A threshold alone holds for calibrated models too.
    init(_ section: ConfigurationSection) {
        self = .usual
        let threshold = section.given(Keys.threshold(.atRestart))
        let precision = section.given(Keys.precision(.atRestart))
        if let threshold { self.threshold = threshold }
        if precision != nil || threshold != nil { self.precision = precision }
    }

    /// For people.
    public var text: String {
        guard let precision else { return "confidence " + String(format: "%g", threshold) }
        return "a confidence at which \(ShareText.text(precision)) of their class are right (of a model without calibration: "
            + String(format: "%g", threshold) + ")"
    }
}
