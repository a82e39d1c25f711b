import Foundation
import Video

/// A training's loss and mIoU over its epochs, as SVG that is readable on light and on dark ground.
public struct CurveDrawing {
    private struct Chart {
        var name: String
        var points: [(epoch: Double, value: Double)]
        /// Printed behind the values.
        var unit: String
        var hasDots: Bool
    }

    private static let (width, height) = (720.0, 260.0)
    private static let (left, right, top, bottom) = (64.0, 84.0, 52.0, 44.0)

    private let title: String
    private let epochs: Double
    private let charts: [Chart]

    /// - Parameter entries: a training's log so far, one an epoch; without a single mIoU only the loss is drawn.
    public init(_ entries: [TrainingProgress], title: String) {
        self.title = title
        epochs = Double(max(entries.last?.epochs ?? 1, 2))
        let scores = entries.compactMap { entry in entry.miou.map { (epoch: Double(entry.epoch), value: $0 * 100) } }
        charts =
            [Chart(name: "Loss", points: entries.map { (Double($0.epoch), $0.loss) }, unit: "", hasDots: entries.count == 1)]
            + (scores.isEmpty ? [] : [Chart(name: "mIoU on held-out labels", points: scores, unit: " %", hasDots: true)])
    }

    public var svg: String {
        let (width, height) = (Self.number(Self.width), Self.number(Self.height * Double(charts.count)))
        let body = charts.enumerated().map { number, chart in
            "<g transform=\"translate(0 \(Self.number(Double(number) * Self.height)))\">\n\(draw(chart))</g>\n"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            svg { background: #ffffff; font: 13px system-ui, sans-serif }
            text { fill: #24292f } .name { font-weight: 600; font-size: 15px }
            .grid { stroke: #d8dee4 } .axis { stroke: #6e7781 }
            .curve { stroke: #0969da; stroke-width: 2; fill: none; stroke-linejoin: round } .dot, .last { fill: #0969da }
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } .axis { stroke: #8b949e }
            .curve { stroke: #58a6ff } .dot, .last { fill: #58a6ff }
            }
            </style>
            \(body.joined())</svg>

            """
    }

    private func draw(_ chart: Chart) -> String {
        let highest = chart.points.map(\.value).max() ?? 0
        let values = Self.ticks(upTo: max(highest, 1e-6), reaching: true)
        let (plotWidth, plotHeight) = (Self.width - Self.left - Self.right, Self.height - Self.top - Self.bottom)
        let foot = Self.top + plotHeight
        func x(_ epoch: Double) -> String { Self.number(Self.left + plotWidth * epoch / epochs) }
        func y(_ value: Double) -> String { Self.number(foot - plotHeight * value / values.last!) }
        let edge = Self.number(Self.left + plotWidth)

        var lines = [
            "<text class=\"name\" x=\"\(Self.number(Self.left))\" y=\"28\">\(Self.escaped("\(title): \(chart.name)"))</text>"
        ]
        for value in values {
            let label = Self.label(value) + chart.unit
            lines.append(
                "<line class=\"grid\" x1=\"\(Self.number(Self.left))\" x2=\"\(edge)\" y1=\"\(y(value))\" y2=\"\(y(value))\"/>")
            lines.append(
                "<text x=\"\(Self.number(Self.left - 8))\" y=\"\(y(value))\" dy=\"4\" text-anchor=\"end\">\(label)</text>")
        }
        for epoch in Self.ticks(upTo: epochs, reaching: false) where epoch == epoch.rounded() {
            let label = Self.label(epoch)
            lines.append("<text x=\"\(x(epoch))\" y=\"\(Self.number(foot + 18))\" text-anchor=\"middle\">\(label)</text>")
        }
        lines.append(
            "<line class=\"axis\" x1=\"\(Self.number(Self.left))\" x2=\"\(edge)\" y1=\"\(Self.number(foot))\" y2=\"\(Self.number(foot))\"/>"
        )
        lines.append("<text x=\"\(edge)\" y=\"\(Self.number(foot + 36))\" text-anchor=\"end\">epoch</text>")
        let places = chart.points.map { "\(x($0.epoch)),\(y($0.value))" }
        lines.append("<polyline class=\"curve\" points=\"\(places.joined(separator: " "))\"/>")
        if chart.hasDots {
            lines += chart.points.map { "<circle class=\"dot\" cx=\"\(x($0.epoch))\" cy=\"\(y($0.value))\" r=\"3\"/>" }
        }
        if let last = chart.points.last {
            let label = String(format: last.value < 10 ? "%.3f" : "%.1f", last.value) + chart.unit
            lines.append("<text class=\"last\" x=\"\(x(last.epoch))\" y=\"\(y(last.value))\" dx=\"8\" dy=\"4\">\(label)</text>")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Round numbers from 0 on, about five of them; the last one reaches `limit`, or none goes beyond it.
    private static func ticks(upTo limit: Double, reaching: Bool) -> [Double] {
        let rough = limit / 5
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 }!
        let count = reaching ? (limit / step - 1e-9).rounded(.up) : (limit / step + 1e-9).rounded(.down)
        return (0...Int(nearest: min(max(1, count), 20))).map { Double($0) * step }
    }

    private static func label(_ value: Double) -> String { String(format: "%.6g", value) }
    private static func number(_ value: Double) -> String { String(format: "%.6g", (value * 10).rounded() / 10) }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}
