import Foundation

/// How far the labeling of a recording is.
struct SegmentProgress {
    private var line = ChangingLine(isQuietAtFirst: true)

    /// Shows `done` of `total`; does nothing until it is time again.
    mutating func update(_ name: String, done: Int, of total: Int?, rate: Double) {
        guard line.isDue else { return }
        var text = "\(name): "
        if let total, total > 0 {
            text += "\(min(100, done * 100 / total)) %, frame \(done) of about \(max(done, total))"
        } else {
            text += "frame \(done)"
        }
        text += String(format: ", %.1f frames/s", rate)
        if let total, rate > 0, total > done { text += ", \(Self.clock(Double(total - done) / rate)) left" }
        line.show(text)
    }

    /// Clears the changing line, so that what follows starts at its place.
    mutating func clear() { line.clear() }

    private static func clock(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 359_999))
        return seconds < 3600
            ? String(format: "%d:%02d", seconds / 60, seconds % 60)
            : String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}
