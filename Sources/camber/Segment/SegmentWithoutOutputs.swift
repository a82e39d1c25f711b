import ArgumentParser
import Foundation
import Live
import Video

/// What `camber segment` does where no output is named: it looks at the input, since its faults come first, and stops. Of a single
/// picture what is printed is a result of its own.
struct SegmentWithoutOutputs {
    private static let advice = "Name an output: -o, --masks, --confidence, --track or --report."
    private let plan: SegmentPlan

    init(_ plan: SegmentPlan) { self.plan = plan }

    /// Returns where there is something to print.
    ///
    /// - Throws: `CommandFailure` in all other cases.
    func check() throws {
        guard !plan.search.isArchive, let recording = plan.search.recordings.first else {
            for oddity in plan.search.oddities { standardError("Error: \(oddity.problem.onOneLine)") }
            throw refusal("of \(plan.search.recordings.count) recordings")
        }
        let source: VideoFrameSource
        do { source = try VideoFrameSource(recording.path) } catch {
            standardError("Error: \("\(error)".onOneLine)")
            throw refusal("of \(Self.name(recording)) either", code: 1)
        }
        if source.facts.frameCount == 1, recording.path != "-" {
            return standardError("Note: no output is named: nothing is written.")
        }
        for notice in source.notices { standardError("Note: \(notice.onOneLine)") }
        let rate = String(format: "%.4g", source.facts.frameRate.value)
        let about = source.facts.frameCount.map { ", about \($0) frames" } ?? ""
        throw refusal(
            "of \(Self.name(recording)) (\(source.facts.width)x\(source.facts.height), \(rate) frames/s\(about))")
    }

    private static func name(_ recording: RecordingSearch.Recording) -> String {
        recording.path == "-" ? "what comes through the pipe" : recording.shown.onOneLine
    }

    private func refusal(_ what: String, code: Int32 = 2) -> CommandFailure {
        CommandFailure(code: code, message: "Error: Nothing would be written \(what). \(Self.advice)")
    }
}
