import Foundation
import Live
import RoadScenes
import TestSupport
import Testing

@Suite final class SegmentJournalTests {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }
    private let settings = SegmentSettings(fingerprint: "abc", size: "96x64", every: 1, shard: nil)

    private var report: String { folder + "/r.json" }
    private var journal: String { folder + "/r.partial.json" }

    private func entry(_ input: String, isComplete: Bool = true) throws -> SegmentReport {
        let quantiles = #"{"p50": 0, "p90": 0, "p99": 0, "max": 0}"#
        let text = """
            {"input": "\(input)", "bytes": 7, "frames": 3, "damaged": 0, "missing": 0, "seconds": 1, "model": "m", "width": 8,
            "height": 6, "latency": \(quantiles), "inference": \(quantiles), "classes": {"sky": 1}, "labels": [],
            "outputs": {"masks": "m.mkv"}, "lost_output": false, "complete": \(isComplete)}
            """
        return try JSONDecoder().decode(SegmentReport.self, from: Data(text.utf8))
    }

    @Test func whatIsCompleteIsKnownAfterAKill() throws {
        do {
            let first = try SegmentJournal(report: report, settings: settings, resumes: false)
            for report in [try entry("a"), try entry("b", isComplete: false), try entry("c")] { try first.add(report) }
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: journal))
        // A kill may come in the middle of a line.
        for cut in [whole.count, whole.count - 1, whole.count - 40] {
            try whole.prefix(cut).write(to: URL(fileURLWithPath: journal))
            let second = try SegmentJournal(report: report, settings: settings, resumes: true)
            #expect(second.done.map(\.input) == (cut > whole.count - 40 ? ["a", "c"] : ["a"]))
            try second.add(try entry("d"))
            withExtendedLifetime(second) {}
        }
        let last = try SegmentJournal(report: report, settings: settings, resumes: true)
        #expect(last.done.map(\.input) == ["a", "d"])
        last.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func whatAPowerCutLeftOfAReportGoes() throws {
        for name in [".r.json.77-1.partial", ".s.json.77-1.partial"] {
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let journal = try SegmentJournal(report: report, settings: settings, resumes: true)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [".s.json.77-1.partial", "r.partial.json"])
        withExtendedLifetime(journal) {}
    }

    /// Swift takes them for one text, and a disk for two names.
    @Test func namesThatOnlyLookAlikeAreTwoRecordings() throws {
        let names = ["caf\u{e9}.mp4", "cafe\u{301}.mp4"]
        do {
            let journal = try SegmentJournal(report: report, settings: settings, resumes: false)
            for name in names { try journal.add(try entry(name)) }
        }
        let done = try SegmentJournal(report: report, settings: settings, resumes: true).done
        #expect(done.map { Array($0.input.utf8) } == names.map { Array($0.utf8) })
    }

    @Test func aFinishedReportCountsToo() throws {
        let archive = ArchiveReport(
            [try entry("a"), try entry("b", isComplete: false)], settings: settings, model: "m", labels: [], failures: [],
            isComplete: false)
        try JSONEncoder().encode(archive).write(to: URL(fileURLWithPath: report))
        #expect(try SegmentJournal(report: report, settings: settings, resumes: true).done.map(\.input) == ["a"])
        try? FileManager.default.removeItem(atPath: journal)
        var single = try entry("c")
        single.settings = settings
        try JSONEncoder().encode(single).write(to: URL(fileURLWithPath: report))
        #expect(try SegmentJournal(report: report, settings: settings, resumes: true).done == [single])
    }

    @Test func otherSettingsAndOtherRunsAreRefused() throws {
        let running = try SegmentJournal(report: report, settings: settings, resumes: false)
        #expect(throws: LiveError.self) { try SegmentJournal(report: self.report, settings: self.settings, resumes: true) }
        try running.add(try entry("a"))
        withExtendedLifetime(running) {}
    }

    @Test func workOfAnotherModelIsNotGoneOnWith() throws {
        do { try SegmentJournal(report: report, settings: settings, resumes: false).add(try entry("a")) }
        var other = settings
        other.every = 2
        let error = #expect(throws: LiveError.self) { try SegmentJournal(report: self.report, settings: other, resumes: true) }
        #expect(error?.problem.contains("--every") == true)
        #expect(
            try SegmentJournal(report: report, settings: settings, resumes: true).done.count == 1,
            "the refusal has changed nothing")
        #expect(try SegmentJournal(report: report, settings: other, resumes: false).done.isEmpty)
    }
}
