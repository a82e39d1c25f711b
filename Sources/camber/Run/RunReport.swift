import Files
import Foundation
import Live
import Status

/// What `camber run` prints at its end.
struct RunReport: Encodable {
    var frames: Int
    var deliveredFps: Double
    var dropped: Int
    var drops: [String: Int]
    var damaged: Int
    var oddTimes: Int
    /// Units: milliseconds.
    var latency: LatencyQuantiles
    var inference: LatencyQuantiles
    var outputs: [OutputReport]
    var swaps: Int
    var spooled: Int

    init(_ outcome: Daemon.Outcome) {
        let figures = outcome.figures
        (frames, deliveredFps, damaged) = (figures.frames, figures.deliveredRate, figures.damaged)
        oddTimes = figures.oddTimes
        (dropped, drops) = (figures.dropped, figures.dropsByReason)
        spooled = outcome.spooled
        (latency, inference, outputs, swaps) = (figures.latency, figures.inference, outcome.outputs, outcome.swaps)
    }

    var json: String { get throws { try ReportJSON.text(self) } }

    var text: String {
        var lines = [
            CountText.text(frames, "frame")
                + String(format: ", %.2f a second, %d dropped, %d damaged", deliveredFps, dropped, damaged),
            String(
                format: "Latency p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, longest %.1f ms", latency.p50, latency.p90, latency.p99,
                latency.max),
        ]
        if swaps > 0 { lines.append(CountText.text(swaps, "change") + " of the model") }
        if spooled > 0 { lines.append(CountText.text(spooled, "frame") + " kept for learning") }
        for output in outputs {
            guard let events = output.events else { continue }
            lines.append("Output \(output.name): \(CountText.text(events.kept, "event")) kept")
        }
        for output in outputs where output.events == nil {
            lines.append("Output \(output.name): \(output.written) written, \(output.dropped) dropped")
        }
        return lines.joined(separator: "\n")
    }
}
