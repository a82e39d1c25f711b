import Foundation
import Live
import Synchronization
import Threads
import Video

/// Labels recordings one after the other with one model, and keeps the account.
struct SegmentArchive {
    private let models: ModelSlot
    private let model: String
    private let signals: SignalWaiter
    private let options: VideoSource.Options
    private var reports: [SegmentReport] = []
    private var failures: [(recording: String, problem: String)] = []
    private(set) var wasStopped = false

    init(models: ModelSlot, model: String, signals: SignalWaiter, options: VideoSource.Options = .init()) {
        (self.models, self.model, self.signals, self.options) = (models, model, signals, options)
    }

    /// Labels one recording; what goes wrong is kept for the end, so that the others still get their turn.
    mutating func label(_ task: SegmentPlan.Task, every: Int, shard: Shard?, keepsFrames: Bool) {
        do {
            try makeFolders(task.outputs)
            guard let source = try open(task.recording) else { return }
            var selection = FrameSelection(stride: every)
            if let shard {
                guard let count = try frameCount(task.recording, source.facts) else { return }
                selection.range = shard.frames(of: count)
            }
            let job = SegmentJob(
                source, location: task.recording, models: models, outputs: task.outputs, selection: selection,
                keepsFrames: keepsFrames)
            let report = run(job)
            reports.append(report)
            if let problem = report.problem { failures.append((task.recording, problem)) }
        } catch {
            failures.append((task.recording, "\(error)"))
        }
    }

    /// Opens on another thread, as pipes and networks may take their time, and signals must be answered. Nil when stopped.
    private mutating func open(_ recording: String) throws -> VideoFrameSource? {
        let cancellation = Cancellation()
        let opened = Mutex<Result<VideoFrameSource, any Error>?>(nil)
        let thread = NamedThread("open") { [options] in
            let result = Result { try VideoFrameSource(recording, options: options, cancellation: cancellation) }
            opened.withLock { $0 = result }
        }
        while !thread.wait(until: MonotonicClock.now + .milliseconds(100)) {
            guard signals.wait(for: .zero) != nil else { continue }
            wasStopped = true
            cancellation.cancel()
            thread.wait(until: MonotonicClock.now + .seconds(4))
            return nil
        }
        return try opened.withLock { $0 }?.get()
    }

    private mutating func run(_ job: SegmentJob) -> SegmentReport {
        var progress = SegmentProgress()
        let name = URL(fileURLWithPath: job.location).lastPathComponent
        let start = MonotonicClock.now
        job.start()
        while !job.wait(until: MonotonicClock.now + .milliseconds(100)) {
            if signals.wait(for: .zero) != nil {
                wasStopped = true
                progress.clear()
                standardError("Stopping: closing the files.")
                let left = job.finish(within: .seconds(4))
                if !left.isEmpty { standardError("Warning: \(left.joined(separator: ", ")) did not end in time.") }
                break
            }
            let figures = job.progress
            progress.update(name, done: figures.frames, of: job.expectedFrames, rate: figures.recentRate)
        }
        progress.clear()
        return job.report(model: model, seconds: (MonotonicClock.now - start).inSeconds)
    }

    /// Writes the account: of a single recording its report, of several the sums and every report.
    func write(to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data =
            if reports.count == 1 && failures.isEmpty {
                try encoder.encode(reports[0])
            } else {
                try encoder.encode(
                    ArchiveReport(
                        reports, model: model, failures: failures.map { .init(input: $0.recording, problem: $0.problem) }))
            }
        do {
            try data.write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw LiveError("Cannot write \(file): \(String(cString: strerror(errno))).")
        }
    }

    /// Prints the summary. Fails where a recording gave nothing, or an output is not whole.
    func conclude() throws {
        for notice in reports.flatMap({ $0.notices ?? [] }) { standardError("Note: \(notice)") }
        for report in reports where report.frames > 0 { print(report.summary) }
        for failure in failures {
            standardError("\(cameThrough(failure.recording) ? "Warning" : "Error"): \(failure.problem)")
        }
        let empty = reports.filter { $0.frames == 0 && $0.problem == nil }
        for report in empty where !wasStopped {
            standardError("Note: no frame of \(report.input) belongs to this part of the work.")
        }
        if failures.contains(where: { !cameThrough($0.recording) }) { throw CommandFailure(code: 1, message: "") }
        if wasStopped { throw CommandFailure(code: 1, message: "Stopped before the end.") }
    }

    private func cameThrough(_ recording: String) -> Bool {
        reports.contains { $0.input == recording && $0.frames > 0 && !$0.lostOutput }
    }

    /// The container's estimate; where there is none, the frames are counted, so that all shards agree. Nil when stopped.
    private mutating func frameCount(_ recording: String, _ facts: SourceFacts) throws -> Int? {
        if let count = facts.frameCount { return count }
        guard let source = try open(recording) else { return nil }
        var count = 0
        while try source.read() {
            count += 1
            if signals.wait(for: .zero) != nil {
                wasStopped = true
                return nil
            }
        }
        return count
    }

    private func makeFolders(_ outputs: SegmentJob.Outputs) throws {
        for path in [outputs.overlay, outputs.masks, outputs.confidence].compactMap({ $0 }) {
            try Self.makeFolder(of: path)
        }
    }

    /// Makes the folder that `path` stands in, or is where it ends in '/'.
    static func makeFolder(of path: String) throws {
        let folder = path.hasSuffix("/") ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw LiveError("Cannot make the folder \(folder): \(String(cString: strerror(errno))).")
        }
    }
}
