import Files
import Foundation
import Learning
import RoadScenes

/// What `camber evaluate` prints. Units: 0…1; classes that do not occur have no value.
struct EvaluateReport: Encodable {
    struct Threshold: Encodable {
        let threshold: Double
        let miou: Double?
        let semiRatio: Double?
        let selected: Double?
        let iou: [String: Double]
        let semiRatios: [String: Double]
    }

    let pictures: Int
    let miou: Double?
    let pixelAccuracy: Double?
    let iou: [String: Double]
    let thresholds: [Threshold]
    let confidence: ConfidenceReport?
    private let classes: [String]

    private enum CodingKeys: String, CodingKey {
        case pictures, miou, pixelAccuracy, iou, thresholds, confidence
    }

    init(_ evaluation: Evaluation, pictures: Int, classes: ClassSet) {
        func named(_ values: [Double?]) -> [String: Double] {
            Dictionary(zip(classes.names, values).compactMap { name, value in value.map { (name, $0) } }) { first, _ in first }
        }
        self.pictures = pictures
        self.classes = classes.names
        confidence = ConfidenceReport(evaluation, classes: classes)
        miou = evaluation.all.meanIntersectionOverUnion
        pixelAccuracy = evaluation.all.pixelAccuracy
        iou = named(evaluation.all.intersectionOverUnion)
        thresholds = evaluation.thresholds.map { threshold, kept in
            Threshold(
                threshold: threshold, miou: kept.meanIntersectionOverUnion, semiRatio: kept.averageSemiRatio,
                selected: kept.selectedPixels,
                iou: named(kept.intersectionOverUnion), semiRatios: named(kept.semiRatio))
        }
    }

    var json: String { get throws { try ReportJSON.text(self) } }

    var text: String {
        var lines = [
            "\(CountText.text(pictures, "picture")): mIoU \(percent(miou)), pixel accuracy \(percent(pixelAccuracy))", "",
        ]
        let width = (classes.map(\.count).max() ?? 0) + 2
        func row(_ name: String, _ cells: [String]) -> String {
            name + String(repeating: " ", count: max(1, width - name.count))
                + cells.map { String(repeating: " ", count: max(1, 16 - $0.count)) + $0 }.joined()
        }
        lines.append(row("class", ["IoU"] + thresholds.map { "from \($0.threshold)" }))
        for name in classes {
            lines.append(
                row(name, [percent(iou[name])] + thresholds.map { "\(percent($0.iou[name])) /\(percent($0.semiRatios[name]))" }))
        }
        if !thresholds.isEmpty {
            lines += ["", "From a threshold on: IoU of the kept pixels / share of the class's pixels that are kept.", ""]
            lines.append(row("", thresholds.map { "from \($0.threshold)" }))
            lines.append(row("mIoU", thresholds.map { percent($0.miou) }))
            lines.append(row("semi ratio", thresholds.map { percent($0.semiRatio) }))
            lines.append(row("selected", thresholds.map { percent($0.selected) }))
        }
        if let confidence { lines += confidence.lines }
        return lines.joined(separator: "\n")
    }

    private func percent(_ value: Double?) -> String { value.map { String(format: "%5.1f", $0 * 100) } ?? "    –" }
}
