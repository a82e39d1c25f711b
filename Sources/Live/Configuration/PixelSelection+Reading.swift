import Foundation
import RoadScenes

extension PixelSelection {
    /// Of the keys `precision` and `threshold`. A threshold alone holds for calibrated models too.
    init(_ section: ConfigurationSection) {
        self = .usual
        let threshold = section.share("threshold")
        let precision = section.value("precision", "how many of the pixels should be right, from 50% to 99%") { text in
            ShareText.share(text).flatMap { (0.5...0.99).contains($0) ? $0 : nil }
        }
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
