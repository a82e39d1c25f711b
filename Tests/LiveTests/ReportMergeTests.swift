import Foundation
import Live
import RoadScenes
import TestSupport
import Testing

@Suite final class ReportMergeTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    /// A report as it lies in a file.
    private func recording(
        _ name: String, frames: Int, damaged: Int = 0, road: Double = 0.5, complete: Bool = true
    ) throws -> SegmentReport {
        let times = ["p50": 1.0, "p90": 2, "p99": 3, "max": 4]
        let report: [String: Any] = [
            "input": name, "frames": frames, "damaged": damaged, "missing": 0, "seconds": 2, "model": "m", "width": 96,
            "height": 64,
            "latency": times, "inference": times, "classes": ["road": road, "sky": 1 - road], "labels": [String](),
            "outputs": ["masks": "m/\(name).mkv"], "lost_output": false, "complete": complete,
        ]
        return try JSONDecoder().decode(SegmentReport.self, from: JSONSerialization.data(withJSONObject: report))
    }

    @Test(arguments: ["9223372036854775807", "-5"])
    func countsThatNoRecordingHasAreRefused(_ count: String) throws {
        let whole = String(decoding: try JSONEncoder().encode(recording("a", frames: 77)), as: UTF8.self)
        let file = folder.appendingPathComponent("odd.json").path
        let settings = #""settings":{"fingerprint":"f","size":"96x64","every":1},"#
        let text = whole.replacing("\"frames\":77", with: "\"frames\":\(count)").replacing(
            "{\"", with: "{" + settings + "\"", maxReplacements: 1)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: LiveError.self) { try ReportMerge([file, file]) }
        #expect(error?.problem.contains("odd.json") == true)
    }

    /// Writes a part's report as `camber segment` does; returns its path.
    private func part(
        _ shard: String?, _ inputs: [SegmentReport], fingerprint: String = "f", failures: [ArchiveReport.Failure] = [],
        isSingle: Bool = false, dealt: [String]? = nil
    ) throws -> String {
        let settings = SegmentSettings(fingerprint: fingerprint, size: "96x64", every: 1, shard: shard)
        let path = folder.appendingPathComponent("\(UUID().uuidString).json").path
        let data: Data
        if isSingle {
            var report = inputs[0]
            report.settings = settings
            data = try JSONEncoder().encode(report)
        } else {
            var report = ArchiveReport(
                inputs, settings: settings, model: "m", labels: [], failures: failures,
                isComplete: failures.isEmpty && inputs.allSatisfy(\.complete))
            report.dealt = dealt.map(ArchiveReport.Dealt.init)
            data = try JSONEncoder().encode(report)
        }
        try data.write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func allPartsMakeTheWhole() throws {
        let files = try [
            part("2/3", [recording("b", frames: 10, road: 1), recording("e", frames: 10)]),
            part("3/3", [recording("c", frames: 10)]),
            part("1/3", [recording("a", frames: 20, damaged: 3), recording("d", frames: 10)]),
        ]
        let outcome = try ReportMerge(files).run()
        #expect(outcome.report.inputs.map(\.input) == ["a", "b", "c", "d", "e"])
        #expect(outcome.report.frames == 60 && outcome.report.damaged == 3 && outcome.report.seconds == 10)
        #expect(abs((outcome.report.classes["road"] ?? 0) - 35.0 / 60) < 1e-9)
        #expect(outcome.report.complete && outcome.missing.isEmpty && outcome.incomplete.isEmpty)
        #expect(outcome.report.settings.shard == nil && outcome.report.missingParts == nil)
    }

    @Test func missingAndBrokenPartsAreNamed() throws {
        let broken = try part("4/5", [recording("d", frames: 3, complete: false)])
        let failed = try part("1/5", [], failures: [.init(input: "a", problem: "a is empty.")])
        let outcome = try ReportMerge([broken, failed, part("2/5", [recording("b", frames: 5)])]).run()
        #expect(outcome.missing == ["3/5", "5/5"] && outcome.report.missingParts == ["3/5", "5/5"])
        #expect(outcome.incomplete == ["1/5, \(failed)", "4/5, \(broken)"])
        #expect(!outcome.report.complete && outcome.report.failures.map(\.input) == ["a"])
    }

    @Test func partsOfOneRecordingCountItsDamageOnce() throws {
        let files = try (1...3).map { number in
            try part("\(number)/3", [recording("long", frames: 100, damaged: 2 * number)], isSingle: true)
        }
        let report = try ReportMerge(files).run().report
        #expect(report.frames == 300 && report.damaged == 6 && report.inputs.count == 3 && report.complete)
    }

    /// A recording that came between two parts' starts moves all behind it to other parts.
    @Test func partsOfAnArchiveThatHasChangedAreRefused() throws {
        let one = try part("1/2", [recording("a", frames: 1)], dealt: ["a", "b"])
        let merged = try ReportMerge([one, part("2/2", [recording("b", frames: 1)], dealt: ["a", "b"])]).run().report
        #expect(merged.complete && merged.dealt == nil)
        let earlier = try part("2/2", [recording("b", frames: 1)])
        #expect(try ReportMerge([one, earlier]).run().report.complete)
        for names in [["a", "aa", "b"], ["a", "c"]] {
            let other = try part("2/2", [recording("b", frames: 1)], dealt: names)
            let error = #expect(throws: LiveError.self) { try ReportMerge([one, other]) }
            #expect(error?.problem.contains("some in none") == true && error?.remedy.contains("--resume") == true)
        }
    }

    @Test func whatDoesNotBelongTogetherIsRefused() throws {
        let one = try part("1/2", [recording("a", frames: 1)])
        let rubbish = folder.appendingPathComponent("rubbish.json").path
        try Data("{}".utf8).write(to: URL(fileURLWithPath: rubbish))
        let wrong: [(String, String)] = try [
            (part("2/3", [recording("b", frames: 1)]), "part 2/3"),
            (part(nil, [recording("b", frames: 1)]), "a whole job's report"),
            (part("1/2", [recording("b", frames: 1)]), "are both part 1/2"),
            (part("2/2", [recording("b", frames: 1)], fingerprint: "g"), "another model"), (rubbish, "is no report"),
            (folder.path + "/absent.json", "absent.json"), (part("3/2", [recording("b", frames: 1)]), "part '3/2'"),
        ]
        for (file, reason) in wrong {
            let error = #expect(throws: LiveError.self) { try ReportMerge([one, file]) }
            #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
        }
    }
}
