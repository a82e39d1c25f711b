import Foundation
import Learning
import RoadScenes

/// The part of what `camber evaluate` prints that tells how far a confidence can be trusted. Units: 0…1; classes are the
/// predicted ones, and what does not occur has no value.
struct ConfidenceReport: Encodable {
    /// One kind of confidence.
    struct Measures: Encodable {
        let auroc: Double?
        let ece: Double?
        let reliability: [Range]
        let precisionCoverage: [Precision]
        let classes: [String: Class]
    }

    struct Class: Encodable {
        let auroc: Double?
        let ece: Double?
        let precisionCoverage: [Precision]
    }

    /// The pixels whose confidence lies in a range.
    struct Range: Encodable {
        let from: Double
        let to: Double
        let pixels: Int
        let confidence: Double?
        let accuracy: Double?
    }

    /// The threshold from which on this share of the pixels is right, and the share of the pixels that it keeps.
    struct Precision: Encodable {
        let precision: Double
        let threshold: Double?
        let coverage: Double
    }

    /// What the gate selects for a wanted precision: the share of all pixels, and how many of them are right.
    struct Selected: Encodable {
        let precision: Double
        let selected: Double?
        let right: Double?
    }

    /// Of the confidence that gate and learner use, where the bundle is calibrated.
    let calibrated: Measures?
    /// Empty where the bundle is not calibrated.
    let wanted: [Selected]
    /// Of the auxiliary network, where it is trained.
    let auxiliary: Measures?
    /// Of the largest class probability.
    let maxSoftmax: Measures
    private let names: [String]

    private enum CodingKeys: String, CodingKey {
        case calibrated, wanted, auxiliary, maxSoftmax
    }

    private static let precisions = [0.9, 0.95, 0.98, 0.99]

    /// Nil where nothing was measured.
    init?(_ evaluation: Evaluation, classes: ClassSet) {
        guard let top = evaluation.topProbability else { return nil }
        names = classes.names
        calibrated = evaluation.confidence.map { Self.measures($0, classes) }
        wanted = evaluation.precisions.map {
            Selected(precision: $0, selected: $1.selectedPixels, right: $1.pixelAccuracy)
        }
        auxiliary = evaluation.auxiliary.map { Self.measures($0, classes) }
        maxSoftmax = Self.measures(top, classes)
    }

    private static func measures(_ tally: ConfidenceTally, _ classes: ClassSet) -> Measures {
        let each = classes.names.indices.map { label in
            Class(
                auroc: tally.rankingQuality(of: label), ece: tally.calibrationError(of: label),
                precisionCoverage: precisions(tally, label))
        }
        return Measures(
            auroc: tally.rankingQuality(), ece: tally.calibrationError(),
            reliability: tally.reliability().map {
                Range(from: $0.from, to: $0.to, pixels: $0.pixels, confidence: $0.confidence, accuracy: $0.accuracy)
            },
            precisionCoverage: precisions(tally, nil),
            classes: Dictionary(zip(classes.names, each).filter { $1.ece != nil }) { first, _ in first })
    }

    private static func precisions(_ tally: ConfidenceTally, _ label: Int?) -> [Precision] {
        precisions.map {
            let found = tally.threshold(forPrecision: $0, of: label)
            return Precision(precision: $0, threshold: found?.threshold, coverage: found?.coverage ?? 0)
        }
    }

    var lines: [String] {
        let kinds = [("calibrated", calibrated), ("auxiliary", auxiliary), ("max-softmax", maxSoftmax)].compactMap {
            name, measures in
            measures.map { (name: name, measures: $0) }
        }
        var lines = ["", "How far confidence can be trusted:", ""]
        lines.append(Self.row("", ["AUROC", "ECE"] + Self.precisions.map { "kept at \(Int(($0 * 100).rounded())) %" }))
        for kind in kinds {
            lines.append(
                Self.row(kind.name, Self.cells(kind.measures.auroc, kind.measures.ece, kind.measures.precisionCoverage)))
        }
        if !wanted.isEmpty {
            lines += ["", "Pixels that the gate selects for a wanted precision, and how many of them are right", ""]
            for choice in wanted {
                let name = "\(Int((choice.precision * 100).rounded())) % wanted"
                lines.append(Self.row(name, [Self.percent(choice.selected), Self.percent(choice.right)]))
            }
        }
        for kind in kinds {
            lines += ["", "\(kind.name), pixels with a confidence in a range: how many, its mean, the share that is right", ""]
            for range in kind.measures.reliability {
                lines.append(
                    Self.row(
                        String(format: "%.1f…%.1f", range.from, range.to),
                        ["\(range.pixels)", Self.percent(range.confidence), Self.percent(range.accuracy)]))
            }
            lines += ["", "\(kind.name), by predicted class", ""]
            for name in names {
                guard let own = kind.measures.classes[name] else { continue }
                lines.append(Self.row(name, Self.cells(own.auroc, own.ece, own.precisionCoverage)))
            }
        }
        return lines
    }

    private static func cells(_ auroc: Double?, _ ece: Double?, _ precisions: [Precision]) -> [String] {
        [percent(auroc), percent(ece)] + precisions.map { percent($0.coverage) }
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: max(1, 14 - name.count))
            + cells.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
    }

    private static func percent(_ value: Double?) -> String { value.map { String(format: "%5.1f", $0 * 100) } ?? "    –" }
}
