import Files
import Foundation
import Video

/// What has been done of a job, a line of JSON for each recording, beside its report until that is written: `r.partial.json` for
/// `r.json`. So work that was killed can go on.
///
/// Threading: one thread.
public final class SegmentJournal {
    private struct Head: Codable {
        var settings: SegmentSettings
    }

    /// Recordings that earlier runs have completed.
    public private(set) var done: [SegmentReport] = []
    private let path: String
    private let descriptor: Int32

    /// - Parameters:
    ///   - report: the report's file.
    ///   - resumes: whether what is there counts: the journal, or else the report itself.
    /// - Throws: where another run writes it, it cannot be written, or what is there was made with other settings.
    public init(report: String, settings: SegmentSettings, resumes: Bool) throws(LiveError) {
        path = PartialFile.path(for: report)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o666)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw LiveError("\(report) is being made by another run.", remedy: "Give each a report of its own.")
        }
        // The lock says that nobody writes it now.
        TemporaryFile.removeLeftovers(of: report)
        if resumes {
            let journal = try Self.read(path, settings)
            let earlier = journal.isEmpty ? try Self.read(report: report, settings) : []
            // Of a recording that was done twice, the later line counts.
            var latest: [ExactName: SegmentReport] = [:]
            for entry in earlier + journal where entry.complete { latest[ExactName(entry.input)] = entry }
            done = (earlier + journal).compactMap { latest.removeValue(forKey: ExactName($0.input)) }
        }
        guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) }
        try write(Head(settings: settings))
        for entry in done { try write(entry) }
    }

    deinit { close(descriptor) }

    public func add(_ report: SegmentReport) throws(LiveError) { try write(report) }

    /// Once the report holds it all.
    public func remove() { unlink(path) }

    private func write(_ value: some Encodable) throws(LiveError) {
        guard var line = try? JSONEncoder().encode(value) else { preconditionFailure("a report that cannot be encoded") }
        line.append(UInt8(ascii: "\n"))
        let isWritten = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten else { throw Self.failure(path) }
    }

    /// Whole lines count; a kill may have cut the last one.
    private static func read(_ path: String, _ settings: SegmentSettings) throws(LiveError) -> [SegmentReport] {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return [] }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        let decoder = JSONDecoder()
        guard let first = lines.first, let head = try? decoder.decode(Head.self, from: first) else { return [] }
        try check(head.settings, settings, path)
        return lines.dropFirst().compactMap { try? decoder.decode(SegmentReport.self, from: $0) }
    }

    private static func read(report: String, _ settings: SegmentSettings) throws(LiveError) -> [SegmentReport] {
        guard let data = FileManager.default.contents(atPath: report) else { return [] }
        if let archive = try? JSONDecoder().decode(ArchiveReport.self, from: data) {
            try check(archive.settings, settings, report)
            return archive.inputs
        }
        guard let single = try? JSONDecoder().decode(SegmentReport.self, from: data), let made = single.settings else {
            return []
        }
        try check(made, settings, report)
        return [single]
    }

    private static func check(_ found: SegmentSettings, _ wanted: SegmentSettings, _ path: String) throws(LiveError) {
        guard found != wanted else { return }
        throw LiveError(
            "Cannot resume: \(path) was made with another model, --size, --every, --shard, --stream, --rate, --ignore, --steady, "
                + "--uncertainty or --gpx.",
            remedy: "Take the same, or begin anew with other outputs.")
    }

    private static func failure(_ path: String) -> LiveError {
        LiveError("Cannot write \(path): \(String(cString: strerror(errno))).")
    }
}
