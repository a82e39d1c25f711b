import Foundation
import Live
import Synchronization
import Threads
import Video

/// Labels recordings one after the other with one model, and keeps the account.
struct SegmentArchive {
    let models: ModelSlot
    let model: String
    let settings: SegmentSettings
    let plan: SegmentPlan
    private let signals: SignalWaiter
    private let options: VideoSource.Options
    private let ignored: [IgnoredArea]
    private let steady: Bool
    private let journal: SegmentJournal?
    private let resumes: Bool
    private var progress: SegmentProgress
    /// In the order of the recordings.
    var reports: [SegmentReport] = []
    var failures: [ArchiveReport.Failure]
    /// Recordings that an earlier run has completed; only those in the journal have a report.
    var alreadyDone = 0
    private(set) var wasStopped = false

    init(
        _ plan: SegmentPlan, models: ModelSlot, model: String, settings: SegmentSettings, signals: SignalWaiter, resumes: Bool,
        report: String?, options: VideoSource.Options, ignored: [IgnoredArea], steady: Bool
    ) throws {
        (self.plan, self.models, self.model, self.settings, self.signals) = (plan, models, model, settings, signals)
        (self.resumes, self.options, self.ignored, self.steady) = (resumes, options, ignored, steady)
        journal = try report.map { try SegmentJournal(report: $0, settings: settings, resumes: resumes) }
        failures = plan.search.oddities.map { .init(input: $0.path, problem: $0.problem) }
        progress = SegmentProgress(plan.tasks.map(\.recording))
    }

    /// Labels all; what goes wrong is kept for the end, so that every recording gets its turn.
    mutating func run(every: Int, shard: Shard?, keepsFrames: Bool) {
        for note in plan.search.notes { standardError("Note: \(note.onOneLine)") }
        let done = Dictionary((journal?.done ?? []).map { ($0.input, $0) }) { $1 }
        var waiting: [SegmentPlan.Task] = []
        for task in plan.tasks {
            let earlier = done[task.recording.shown]
            if isDone(task, earlier) {
                alreadyDone += 1
                if let earlier { reports.append(earlier) }
            } else {
                waiting.append(task)
            }
        }
        if alreadyDone > 0 {
            standardError("\(alreadyDone) of \(plan.tasks.count) recordings are complete and stay as they are.")
        }
        progress = SegmentProgress(waiting.map(\.recording))
        for task in waiting {
            progress.begin(task.recording)
            if let report = label(task, every: every, shard: shard, keepsFrames: keepsFrames) {
                reports.append(report)
                if let problem = report.problem { failures.append(.init(input: report.input, problem: problem)) }
                note(report)
            }
            progress.end()
            if wasStopped { break }
        }
        let order = Dictionary(
            plan.tasks.enumerated().map { ($1.recording.shown, $0) }
        ) { first, _ in first }
        reports.sort { order[$0.input, default: 0] < order[$1.input, default: 0] }
    }

    private mutating func note(_ report: SegmentReport) {
        do { try journal?.add(report) } catch { failures.append(.init(input: report.input, problem: "\(error)")) }
    }

    /// Once the report is written: it says what is complete, and the journal has done its work.
    func close() { journal?.remove() }

    var isComplete: Bool { !wasStopped && failures.isEmpty && reports.allSatisfy { $0.complete } }

    private func isDone(_ task: SegmentPlan.Task, _ earlier: SegmentReport?) -> Bool {
        guard resumes else { return false }
        // What has its name is whole.
        guard task.outputs.paths.allSatisfy({ access($0, F_OK) == 0 }) else { return false }
        guard journal != nil else { return !task.outputs.paths.isEmpty }
        return earlier.map { $0.outputs == task.outputs && $0.bytes == task.recording.bytes } ?? false
    }

    /// Nil where nothing came of it.
    private mutating func label(
        _ task: SegmentPlan.Task, every: Int, shard: Shard?, keepsFrames: Bool
    ) -> SegmentReport? {
        let name = task.recording.shown
        do {
            try prepare(task)
            guard let source = try open(task.recording.path) else { return nil }
            var selection = FrameSelection(stride: every)
            if let shard {
                guard let count = try frameCount(task.recording.path, source.facts) else { return nil }
                selection.range = shard.frames(of: count)
            }
            let job = SegmentJob(
                source, location: name, models: models, outputs: task.outputs, selection: selection, keepsFrames: keepsFrames,
                ignored: ignored, steady: steady)
            var report = run(job)
            report.bytes = task.recording.bytes
            return report
        } catch {
            failures.append(.init(input: name, problem: "\(error)"))
            return nil
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
        let start = MonotonicClock.now
        var wasCut = false
        job.start()
        while !job.wait(until: MonotonicClock.now + .milliseconds(100)) {
            if signals.wait(for: .zero) != nil {
                (wasStopped, wasCut) = (true, true)
                progress.clear()
                standardError("Stopping: closing the files.")
                let left = job.finish(within: .seconds(4))
                if !left.isEmpty { standardError("Warning: \(left.joined(separator: ", ")) did not end in time.") }
                break
            }
            let figures = job.progress
            progress.update(done: figures.frames, of: job.expectedFrames, rate: figures.recentRate)
        }
        progress.clear()
        return job.report(model: model, seconds: (MonotonicClock.now - start).inSeconds, wasStopped: wasCut)
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

    /// Makes the folders of the outputs, and clears away or names what earlier runs have left half done of them.
    private func prepare(_ task: SegmentPlan.Task) throws {
        for path in task.outputs.paths {
            try Self.makeFolder(of: path.hasSuffix("/") ? String(path.dropLast()) : path)
            let name = path.hasSuffix("/") ? String(path.dropLast()) : path
            for leftover in PartialFile.leftovers(of: name) where !isInput(leftover) {
                if resumes {
                    PartialFile.remove(leftover)
                } else {
                    standardError("Note: \(leftover.onOneLine) is left of an earlier run that did not end; --resume clears such.")
                }
            }
        }
    }

    private func isInput(_ path: String) -> Bool {
        guard let id = FileID(path) else { return true }
        return plan.allTasks.contains { FileID($0.recording.path) == id }
    }

    /// Makes the folder that `path` stands in.
    static func makeFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw LiveError("Cannot make the folder \(folder): \(String(cString: strerror(errno))).")
        }
    }
}
