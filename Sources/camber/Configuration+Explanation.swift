import Foundation
import Live

extension Configuration {
    /// What the configuration means, for people.
    var explanation: String {
        var lines = ["\(file) is in order."]
        lines.append("Source: \(SourceReport.withoutPassword(source.location)), \(paceExplanation)")
        lines.append("Model: \(model)" + (size.map { ", frames seen at \($0.width)x\($0.height)" } ?? ", at its own frame size"))
        lines.append(
            rate.map { String(format: "Target: %g frames a second, ", $0) + "\(threads) threads" }
                ?? "Target: none, \(threads) threads")
        for output in outputs {
            var line = "Output: \(output.kind.rawValue) to \(output.file)"
            if let segment = output.segment { line += ", a new file every \(segment.text)" }
            if output.kind == .picture { line += ", every \(output.every.text)" }
            lines.append(line)
        }
        if outputs.isEmpty { lines.append("Output: none") }
        lines.append("Status: \(statusSocket ?? "none")")
        lines.append("Log: \(logLevel.rawValue)")
        return lines.joined(separator: "\n")
    }

    private var paceExplanation: String {
        switch source.effectivePace {
        case .live:
            "live: the newest frame wins; opened again after \(source.reconnectAfter.text) to \(source.reconnectAtMost.text), "
                + "or when no frame comes for \(source.stallTimeout.text)"
        case .source: "played at its own pace like a camera" + (source.repeats ? ", again and again" : "")
        case .everyFrame, .unpaced: "every frame" + (source.repeats ? ", again and again" : "")
        }
    }
}
