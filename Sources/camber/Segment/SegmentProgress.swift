import Foundation
import Live
import Synchronization
import Threads

/// How far the labeling of recordings is: those at hand, and all of them.
///
/// Threading: any.
final class SegmentProgress: Sendable {
    private struct Current {
        var name: String
        var bytes: Int
        var done = 0
        /// Nil where nothing tells.
        var frames: Int?
        var rate = 0.0

        var share: Double { frames.map { $0 > 0 ? min(1, Double(done) / Double($0)) : 0 } ?? 0 }
    }

    private struct State {
        var line = ChangingLine(isQuietAtFirst: true)
        var begun = 0
        var doneBytes = 0
        /// By number, from 1.
        var current: [Int: Current] = [:]
    }

    private let state = Mutex(State())
    private let start = MonotonicClock.now
    /// Units: bytes of the recordings to label; of those that are no files nothing is known.
    private let total: Int
    private let count: Int

    init(_ recordings: [RecordingSearch.Recording]) {
        count = recordings.count
        total = recordings.reduce(0) { $0 + ($1.bytes ?? 0) }
    }

    /// Returns the recording's number.
    func begin(_ recording: RecordingSearch.Recording) -> Int {
        let name = recording.shown.split(separator: "/").last.map(String.init) ?? recording.shown
        return state.withLock { state in
            state.begun += 1
            state.current[state.begun] = Current(name: name.onOneLine, bytes: recording.bytes ?? 0)
            return state.begun
        }
    }

    func end(_ number: Int) {
        state.withLock { state in state.doneBytes += state.current.removeValue(forKey: number)?.bytes ?? 0 }
    }

    /// Shows that `done` frames of `frames` are labeled, once it is time again.
    func update(_ number: Int, done: Int, of frames: Int?, rate: Double) {
        state.withLock { state in
            state.current[number]?.done = done
            state.current[number]?.frames = frames
            state.current[number]?.rate = rate
            guard state.line.isDue else { return }
            state.line.show(text(state))
        }
    }

    /// Clears the changing line, so that what follows starts at its place.
    func clear() { state.withLock { $0.line.clear() } }

    /// Writes a line beside it.
    func say(_ text: String) {
        state.withLock { state in
            state.line.clear()
            standardError(text)
        }
    }

    private func text(_ state: State) -> String {
        let numbers = state.current.keys.sorted()
        guard let first = numbers.first, let only = state.current[first] else { return "" }
        let rate = state.current.values.reduce(0) { $0 + $1.rate }
        var text: String
        if numbers.count > 1 {
            text = "\(numbers.map(String.init).joined(separator: ", ")) of \(count): "
            text += numbers.compactMap { state.current[$0] }.map { "\($0.name) \(Int($0.share * 100)) %" }.joined(separator: ", ")
        } else {
            text = count > 1 ? "\(first) of \(count), \(only.name): " : "\(only.name): "
            if let frames = only.frames, frames > 0 {
                text += "\(min(100, only.done * 100 / frames)) %, frame \(only.done) of about \(max(only.done, frames))"
            } else {
                text += "frame \(only.done)"
            }
        }
        text += String(format: ", %.1f frames/s", rate)
        if let seconds = left(state, only) { text += ", \(Self.clock(seconds)) left" + (count > 1 ? " in all" : "") }
        return text
    }

    /// Of one recording by its frames, of several by the bytes that have been read.
    ///
    /// Units: seconds.
    private func left(_ state: State, _ only: Current) -> Double? {
        if count == 1 {
            return only.frames.flatMap { only.rate > 0 && $0 > only.done ? Double($0 - only.done) / only.rate : nil }
        }
        let read = Double(state.doneBytes) + state.current.values.reduce(0) { $0 + $1.share * Double($1.bytes) }
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
