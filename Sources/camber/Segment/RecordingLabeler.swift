import Files
import Foundation
import Live
import RoadScenes
import Synchronization
import Threads
import Video

/// Labels one recording after the other with a compiled model of its own.
///
/// Threading: one thread labels; `cancel` from any.
final class RecordingLabeler: Sendable {
    /// What is the same for all recordings.
    struct Work: Sendable {
        var model: String
        var every: Int
        /// The run of frames of a single recording; several are dealt out before.
        var shard: Shard?
        var keepsFrames: Bool
        var resumes: Bool
        var options: VideoSource.Options
        /// A file with positions; nil where none is named.
        var gpx: String?
        /// Parts of the picture that show no road.
        var ignored: [IgnoredArea]
        /// Whether labels are kept from flickering.
        var steady: Bool
        var uncertainty: Bool
    }

    enum Outcome {
        case report(SegmentReport)
        case failure(ArchiveReport.Failure)
        /// The path of what Camber has made of a recording, and which is none.
        case leftOut(String)
        /// Before its first frame.
        case stopped
    }

    let models: ModelSlot
    private let work: Work
    private let plan: SegmentPlan
    private let progress: SegmentProgress
    private let stop: StopSignal
    private let beingOpened = Mutex<Cancellation?>(nil)

    init(_ models: ModelSlot, _ work: Work, _ plan: SegmentPlan, _ progress: SegmentProgress, _ stop: StopSignal) {
        (self.models, self.work, self.plan, self.progress, self.stop) = (models, work, plan, progress, stop)
    }

    /// Ends the opening of a pipe or an address, which may take its time.
    func cancel() { beingOpened.withLock { $0?.cancel() } }

    func label(_ task: SegmentPlan.Task) -> Outcome {
        let number = progress.begin(task.recording)
        defer { progress.end(number) }
        do {
            let source = try open(task.recording.path)
            if let result = source.facts.result {
                guard !plan.search.isArchive else { return .leftOut(task.recording.shown) }
                throw LiveError(
                    "\(task.recording.shown) is \(result.text) that Camber has made, and no recording.",
                    remedy: "Give the recording that it was made of.")
            }
            try prepare(task)
            var selection = FrameSelection(stride: work.every)
            if let shard = work.shard {
                guard let count = try frameCount(task.recording.path, source.facts) else { return .stopped }
                selection.range = shard.frames(of: count)
            }
            let circumstances = try circumstances(task, source.facts)
            let job = SegmentJob(
                source, location: task.recording.shown, models: models, outputs: task.outputs, selection: selection,
                keepsFrames: work.keepsFrames, ignored: work.ignored, steady: work.steady, uncertainty: work.uncertainty,
                circumstances: circumstances?.of)
            var report = run(job, number)
            if let circumstances { try finish(&report, task, circumstances, source.facts) }
            report.bytes = task.recording.bytes
            return .report(report)
        } catch {
            return stop.isSet ? .stopped : .failure(.init(input: task.recording.shown, problem: "\(error)"))
        }
    }

    /// Nil where nobody wants to know when and where the frames were taken.
    private func circumstances(_ task: SegmentPlan.Task, _ facts: SourceFacts) throws -> RecordingCircumstances? {
        guard task.outputs.sidecar == true || task.outputs.track != nil else { return nil }
        return try opening { try RecordingCircumstances(task.recording.path, facts, gpx: work.gpx, cancellation: $0) }
    }

    /// Writes the track of a recording that is done, and says what is known of its positions.
    private func finish(
        _ report: inout SegmentReport, _ task: SegmentPlan.Task, _ circumstances: RecordingCircumstances, _ facts: SourceFacts
    ) throws {
        var notices = circumstances.notices
        if let path = task.outputs.track, report.complete {
            let length = Double(facts.frameCount ?? report.frames) / max(facts.frameRate.value, 1e-3)
            let track = circumstances.track?.clipped(to: facts.start - 2...facts.start + length + 2) ?? PositionTrack([])
            if track.points.isEmpty { notices.append("\(task.recording.shown) has no positions: \(path) has no points.") }
            try TrackFile.write(track, name: task.recording.name, to: path)
        }
        if !notices.isEmpty { report.notices = (report.notices ?? []) + notices }
    }

    private func open(_ recording: String) throws -> VideoFrameSource {
        try opening { try VideoFrameSource(recording, options: work.options, cancellation: $0) }
    }

    /// What `cancel` ends.
    private func opening<Opened>(_ open: (Cancellation) throws -> Opened) rethrows -> Opened {
        let cancellation = Cancellation()
        beingOpened.withLock { $0 = cancellation }
        defer { beingOpened.withLock { $0 = nil } }
        // The stop may have come before there was something to cancel.
        if stop.isSet { cancellation.cancel() }
        return try open(cancellation)
    }

    private func run(_ job: SegmentJob, _ number: Int) -> SegmentReport {
        let start = MonotonicClock.now
        var wasCut = false
        job.start()
        while !job.wait(until: MonotonicClock.now + .milliseconds(100)) {
            if stop.isSet {
                wasCut = true
                let left = job.finish(within: .seconds(4))
                if !left.isEmpty { progress.say("Warning: \(left.joined(separator: ", ")) did not end in time.") }
                break
            }
            let figures = job.progress
            progress.update(number, done: figures.frames, of: job.expectedFrames, rate: figures.recentRate)
        }
        return job.report(model: work.model, seconds: (MonotonicClock.now - start).inSeconds, wasStopped: wasCut)
    }

    /// The container's estimate; where there is none, the frames are counted, so that all shards agree. Nil when stopped.
    private func frameCount(_ recording: String, _ facts: SourceFacts) throws -> Int? {
        if let count = facts.frameCount { return count }
        let source = try open(recording)
        var count = 0
        while try source.read() {
            count += 1
            if stop.isSet { return nil }
        }
        return count
    }

    /// Makes the folders of the outputs, and clears away or names what earlier runs have left half done of them.
    private func prepare(_ task: SegmentPlan.Task) throws {
        for path in task.outputs.paths { try Self.makeFolder(of: path.hasSuffix("/") ? String(path.dropLast()) : path) }
        for leftover in task.outputs.leftovers where !isInput(leftover) {
            if work.resumes {
                SegmentJob.Outputs.remove(leftover: leftover)
            } else {
                progress.say("Note: \(leftover.onOneLine) is left of an earlier run that did not end; --resume clears such.")
            }
        }
    }

    private func isInput(_ path: String) -> Bool {
        guard let id = FileID(path) else { return true }
        return plan.allTasks.contains { FileID($0.recording.path) == id }
    }

    /// Makes the folder that `path` stands in.
    static func makeFolder(of path: String) throws {
        try DurableFolder.make(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }
}
