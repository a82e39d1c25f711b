import Foundation
import Status

/// Figures in Prometheus' text format.
struct MetricsText {
    /// What a scraper is told the text is.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    enum Kind: String {
        case counter, gauge, histogram
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, by: nil, [("", value)])
    }

    /// One value for each of a label's values.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, by label: String?, _ values: [(String, Double)]) {
        if values.isEmpty { return }
        head(name, kind, help)
        for (value, number) in values {
            text += name + (label.map { "{\($0)=\"\(Self.escaped(value))\"}" } ?? "") + " \(Self.number(number))\n"
        }
    }

    /// A value of 1 whose labels say something.
    mutating func addInfo(_ name: String, _ help: String, _ labels: [(String, String)]) {
        head(name, .gauge, help)
        text += name + "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "} 1\n"
    }

    mutating func add(_ name: String, _ help: String, _ histogram: LatencyBuckets) {
        head(name, .histogram, help)
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            text += "\(name)_bucket{le=\"\(Self.number(bound))\"} \(count)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum \(Self.number(histogram.sum))\n\(name)_count \(histogram.count)\n"
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    /// By scalars: a line feed after a carriage return is no character of its own.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\", "\"": escaped += "\\\(scalar)"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
