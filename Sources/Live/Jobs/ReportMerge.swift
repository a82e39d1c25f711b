import Errors
import Files
import Foundation
import RoadScenes

/// Joins the reports of a job's parts to one of the whole job.
public struct ReportMerge {
    /// What came of it, and what is not in it.
    public struct Outcome: Sendable {
        public var report: ArchiveReport
        /// Parts without a report, such as `3/5`.
        public var missing: [String]
        /// Parts whose report says that something is not whole, with their files.
        public var incomplete: [String]
    }

    private struct Part {
        var file: String
        var shard: Shard?
        var report: ArchiveReport
    }

    private let parts: [Part]
    private let count: Int?

    /// - Parameter files: reports of `camber segment`, of one job's parts.
    /// - Throws: where one cannot be read, was made with other settings than the others, or is there twice.
    public init(_ files: [String]) throws(LiveError) {
        var parts: [Part] = []
        for file in files { parts.append(try Self.read(file)) }
        guard let first = parts.first else { throw LiveError("There is nothing to join.") }
        for part in parts.dropFirst() { try Self.check(part, first) }
        count = first.shard?.count
        for (place, part) in parts.enumerated() {
            guard let twin = parts[..<place].first(where: { $0.shard != nil && $0.shard == part.shard }) else { continue }
            throw LiveError(
                "\(twin.file) and \(part.file) are both part \(part.shard?.text ?? "") of the work.", remedy: "Name one of them.")
        }
        self.parts = parts.sorted { $0.shard?.number ?? 0 < $1.shard?.number ?? 0 }
    }

    /// One report of all parts, and what is missing of them. Nothing is written.
    public func run() -> Outcome {
        let there = Set(parts.compactMap { $0.shard?.number })
        let missing = count.map { count in (1...count).filter { !there.contains($0) }.map { "\($0)/\(count)" } } ?? []
        let incomplete = parts.filter { !$0.report.complete }
        var settings = parts[0].report.settings
        settings.shard = nil
        var report = ArchiveReport(
            Self.dealt(parts.map(\.report.inputs)), settings: settings, model: parts[0].report.model,
            labels: parts[0].report.labels, failures: Self.dealt(parts.map(\.report.failures)),
            isComplete: missing.isEmpty && incomplete.isEmpty)
        report.missingParts = missing.isEmpty ? nil : missing
        return Outcome(
            report: report, missing: missing,
            incomplete: incomplete.map { ($0.shard.map { "\($0.text), " } ?? "") + $0.file })
    }

    /// In the order in which they were dealt out: the first of each part, the second of each, and so on.
    private static func dealt<Element>(_ lists: [[Element]]) -> [Element] {
        let rounds = lists.map(\.count).max() ?? 0
        return (0..<rounds).flatMap { round in lists.compactMap { round < $0.count ? $0[round] : nil } }
    }

    private static func check(_ part: Part, _ first: Part) throws(LiveError) {
        guard part.shard?.count == first.shard?.count else {
            throw LiveError(
                "\(first.file) is \(words(first.shard)), \(part.file) is \(words(part.shard)).",
                remedy: "Only parts of one job can be joined.")
        }
        if let dealt = part.report.dealt, let whole = first.report.dealt, dealt != whole {
            throw LiveError(
                "\(part.file) is of an archive with \(words(dealt)), \(first.file) of one with \(words(whole)): other recordings were "
                    + "dealt out, so that some may be in two parts and some in none.",
                remedy: "The archive has changed meanwhile. Do all parts again with --resume: it leaves alone what is whole.")
        }
        var (own, other) = (part.report.settings, first.report.settings)
        (own.shard, other.shard) = (nil, nil)
        guard own == other else {
            throw LiveError(
                "\(part.file) was made with another model, --size, --every, --stream or --rate than \(first.file).",
                remedy: "Do that part again with the same.")
        }
    }

    private static func words(_ dealt: ArchiveReport.Dealt) -> String { CountText.text(dealt.recordings, "recording") }

    private static func words(_ shard: Shard?) -> String { shard.map { "part \($0.text)" } ?? "a whole job's report" }

    private static func read(_ file: String) throws(LiveError) -> Part {
        let data: Data
        do throws(CamberError) { data = Data(try WholeFile.read(file, atMost: 1 << 30)) } catch { throw LiveError(error.problem) }
        let decoder = JSONDecoder()
        let report: ArchiveReport
        if let archive = try? decoder.decode(ArchiveReport.self, from: data) {
            report = archive
        } else if let single = try? decoder.decode(SegmentReport.self, from: data), let settings = single.settings,
            [single.frames, single.damaged, single.missing].allSatisfy((0...1 << 40).contains)
        {
            var input = single
            input.settings = nil
            report = ArchiveReport(
                [input], settings: settings, model: single.model, labels: single.labels,
                failures: single.problem.map { [.init(input: single.input, problem: $0)] } ?? [],
                isComplete: single.complete && single.missing == 0)
        } else {
            throw LiveError("\(file) is no report of 'camber segment'.", remedy: "Those are what --report FILE writes.")
        }
        let counts =
            [report.frames, report.damaged, report.missing] + report.inputs.flatMap { [$0.frames, $0.damaged, $0.missing] }
        guard counts.allSatisfy((0...1 << 40).contains), report.inputs.count < 1 << 20 else {
            throw LiveError("\(file) counts frames that no recording has.", remedy: "Is it as 'camber segment' wrote it?")
        }
        let shard = report.settings.shard.map { Shard(text: $0) }
        if case .some(.none) = shard { throw LiveError("\(file) says that it is part '\(report.settings.shard ?? "")'.") }
        return Part(file: file, shard: shard ?? nil, report: report)
    }
}
