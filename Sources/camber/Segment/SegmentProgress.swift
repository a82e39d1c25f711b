import Foundation
import Live
import Threads

/// How far the labeling of recordings is: the one at hand, and all of them.
struct SegmentProgress {
    private var line = ChangingLine(isQuietAtFirst: true)
    private let start = MonotonicClock.now
    /// Units: bytes of the recordings to label; of those that are no files nothing is known.
    private let total: Int
    private let count: Int
    private var position = 0
    private var doneBytes = 0
    private var current = (name: "", bytes: 0)

    init(_ recordings: [RecordingSearch.Recording]) {
        count = recordings.count
        total = recordings.reduce(0) { $0 + ($1.bytes ?? 0) }
    }

    mutating func begin(_ recording: RecordingSearch.Recording) {
        position += 1
        let name = recording.shown.split(separator: "/").last.map(String.init) ?? recording.shown
        current = (name.onOneLine, recording.bytes ?? 0)
    }

    mutating func end() { doneBytes += current.bytes }

    /// Shows that `done` frames of `total` are labeled; does nothing until it is time again.
    mutating func update(done: Int, of total: Int?, rate: Double) {
        guard line.isDue else { return }
        var text = count > 1 ? "\(position) of \(count), \(current.name): " : "\(current.name): "
        if let total, total > 0 {
            text += "\(min(100, done * 100 / total)) %, frame \(done) of about \(max(done, total))"
        } else {
            text += "frame \(done)"
        }
        text += String(format: ", %.1f frames/s", rate)
        if let seconds = left(done: done, of: total, rate: rate) {
            text += ", \(Self.clock(seconds)) left" + (count > 1 ? " in all" : "")
        }
        line.show(text)
    }

    /// Clears the changing line, so that what follows starts at its place.
    mutating func clear() { line.clear() }

    /// Of one recording by its frames, of several by the bytes that have been read.
    ///
    /// Units: seconds.
    private func left(done: Int, of frames: Int?, rate: Double) -> Double? {
        let share = frames.map { $0 > 0 ? min(1, Double(done) / Double($0)) : 0 } ?? 0
        if count == 1 { return frames.flatMap { rate > 0 && $0 > done ? Double($0 - done) / rate : nil } }
        let read = Double(doneBytes) + share * Double(current.bytes)
        guard read > 0, total > 0 else { return nil }
        return max(0, Double(total) - read) * (MonotonicClock.now - start).inSeconds / read
    }

    private static func clock(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 359_999))
        return seconds < 3600
            ? String(format: "%d:%02d", seconds / 60, seconds % 60)
            : String(format: "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}
