import Foundation
import Live

/// How far long work is: one line that changes on a terminal, a plain line now and then elsewhere.
struct ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let interval: Duration
    private var due: Duration
    private var shown = 0

    init() {
        interval = isTerminal ? .milliseconds(200) : .seconds(10)
        due = MonotonicClock.now + interval
    }

    /// Shows `done` of `total`; does nothing until it is time again.
    mutating func update(_ name: String, done: Int, of total: Int?, rate: Double) {
        let now = MonotonicClock.now
        guard now >= due else { return }
        due = now + interval
        var line = "\(name): "
        if let total, total > 0 {
            line += "\(min(100, done * 100 / total)) %, frame \(done) of about \(max(done, total))"
        } else {
            line += "frame \(done)"
        }
        line += String(format: ", %.1f frames/s", rate)
        if let total, rate > 0, total > done { line += ", \(Self.clock(Double(total - done) / rate)) left" }
        show(line)
    }

    /// Clears the changing line, so that what follows starts at its place.
    mutating func clear() {
        guard isTerminal, shown > 0 else { return }
        standardError(raw: "\r" + String(repeating: " ", count: shown) + "\r")
        shown = 0
    }

    private mutating func show(_ line: String) {
        if isTerminal {
            let padding = String(repeating: " ", count: max(0, shown - line.count))
            standardError(raw: "\r\(line)\(padding)")
            shown = line.count
        } else {
            standardError(line)
        }
    }

    private static func clock(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 359_999))
        return seconds < 3600
            ? String(format: "%d:%02d", seconds / 60, seconds % 60)
            : String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}
