import Foundation
import Live

/// The account of several recordings.
struct ArchiveReport: Encodable {
    struct Failure: Encodable {
        var input: String
        var problem: String
    }

    var frames: Int
    var damaged: Int
    var seconds: Double
    var model: String
    /// Share of pixels by class name over all frames, 0…1.
    var classes: [String: Double]
    var inputs: [SegmentReport]
    var failures: [Failure]

    init(_ reports: [SegmentReport], model: String, failures: [Failure]) {
        frames = reports.reduce(0) { $0 + $1.frames }
        damaged = reports.reduce(0) { $0 + $1.damaged }
        seconds = reports.reduce(0) { $0 + $1.seconds }
        self.model = model
        classes = [:]
        for report in reports where frames > 0 {
            for (name, share) in report.classes { classes[name, default: 0] += share * Double(report.frames) / Double(frames) }
        }
        (inputs, self.failures) = (reports, failures)
    }
}

extension SegmentReport {
    /// One line for people.
    var summary: String {
        let rate = seconds > 0 ? Double(frames) / seconds : 0
        var line = String(format: "%@: %d frames in %.1f s, %.1f frames/s", input, frames, seconds, rate)
        line += String(format: ", inference %.1f ms a frame", inference.p50)
        if damaged > 0 { line += ", \(damaged) damaged" }
        let common = classes.filter { $0.value >= 0.005 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shares = common.map { String(format: "%@ %.0f %%", $0.key, $0.value * 100) }
        return shares.isEmpty ? line : "\(line)\n  \(shares.joined(separator: ", "))"
    }
}
