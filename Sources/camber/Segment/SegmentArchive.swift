import Foundation
import Live
import Synchronization
import Threads
import Video

/// Labels recordings with one model, several at once where there are as many labelers, and keeps the account.
///
/// Threading: the main thread's, which takes the signals.
struct SegmentArchive {
    /// How long a stop waits for the recordings at hand.
    private static let stopLimit = Duration.seconds(8)

    let model: String
    let settings: SegmentSettings
    let plan: SegmentPlan
    /// One compiled model for each recording at once.
    let models: [ModelSlot]
    private let signals: SignalWaiter
    private let work: RecordingLabeler.Work
    private let journal: SegmentJournal?
    /// In the order of the recordings.
    var reports: [SegmentReport] = []
    var failures: [ArchiveReport.Failure]
    /// What Camber has made of recordings, and which lies among them.
    private(set) var leftOut: [String] = []
    /// Recordings that an earlier run has completed by their outputs alone, as there is no journal that would say more.
    private(set) var alreadyDoneUnreported = 0
    private(set) var wasStopped = false

    init(
        _ plan: SegmentPlan, models: [ModelSlot], work: RecordingLabeler.Work, settings: SegmentSettings, signals: SignalWaiter,
        report: String?
    ) throws {
        (self.plan, self.models, self.settings, self.signals) = (plan, models, settings, signals)
        (self.work, model) = (work, work.model)
        journal = try report.map { try SegmentJournal(report: $0, settings: settings, resumes: work.resumes) }
        failures = plan.search.oddities
    }

    /// Labels all; what goes wrong is kept for the end, so that every recording gets its turn.
    mutating func run() {
        for note in plan.search.notes { standardError("Note: \(note.onOneLine)") }
        let done = Dictionary((journal?.done ?? []).map { (ExactName($0.input), $0) }) { $1 }
        var waiting: [SegmentPlan.Task] = []
        var alreadyDone = 0
        for task in plan.tasks {
            let earlier = done[ExactName(task.recording.shown)] ?? moved(task)
            if isDone(task, earlier) {
                alreadyDone += 1
                if let earlier { reports.append(earlier) } else { alreadyDoneUnreported += 1 }
            } else {
                waiting.append(task)
            }
        }
        if alreadyDone > 0 {
            standardError("\(alreadyDone) of \(plan.tasks.count) recordings are complete and stay as they are.")
        }
        if alreadyDoneUnreported > 0 {
            standardError("Note: Without --report nothing says which model and options made them.")
        }
        label(waiting)
        if let first = leftOut.first, leftOut.count == plan.allTasks.count {
            failures.append(.init(input: first, problem: "There is no recording to label: Camber has made all that was found."))
        }
        let order = Dictionary(plan.tasks.enumerated().map { (ExactName($1.recording.shown), $0) }) { first, _ in first }
        reports.sort { order[ExactName($0.input), default: 0] < order[ExactName($1.input), default: 0] }
        failures.sort { order[ExactName($0.input), default: -1] < order[ExactName($1.input), default: -1] }
    }

    /// What the labelers take from and give back to.
    // Safe to send: the journal has one user at a time, who holds the lock.
    private struct Desk: @unchecked Sendable {
        var waiting: ArraySlice<SegmentPlan.Task>
        let journal: SegmentJournal?
        var reports: [SegmentReport] = []
        var failures: [ArchiveReport.Failure] = []
        var leftOut: [String] = []

        mutating func take(_ outcome: RecordingLabeler.Outcome) {
            switch outcome {
            case .report(let report):
                reports.append(report)
                if let problem = report.problem { failures.append(.init(input: report.input, problem: problem)) }
                do { try journal?.add(report) } catch { failures.append(.init(input: report.input, problem: "\(error)")) }
            case .failure(let failure): failures.append(failure)
            case .leftOut(let path): leftOut.append(path)
            case .stopped: break
            }
        }
    }

    private final class SharedDesk: Sendable {
        let desk: Mutex<Desk>
        init(_ desk: sending Desk) { self.desk = Mutex(desk) }
    }

    private mutating func label(_ tasks: [SegmentPlan.Task]) {
        let (progress, stop) = (SegmentProgress(tasks.map(\.recording)), StopSignal())
        let shared = SharedDesk(Desk(waiting: tasks[...], journal: journal))
        let labelers = models.prefix(max(1, tasks.count)).map { RecordingLabeler($0, work, plan, progress, stop) }
        let threads = labelers.map { labeler in
            NamedThread("recording") {
                while !stop.isSet, let task = shared.desk.withLock({ $0.waiting.popFirst() }) {
                    let outcome = labeler.label(task)
                    shared.desk.withLock { $0.take(outcome) }
                }
            }
        }
        while !threads.allSatisfy({ $0.wait(until: MonotonicClock.now + .milliseconds(100)) }) {
            guard signals.wait(for: .zero) != nil else { continue }
            wasStopped = true
            stop.set()
            for labeler in labelers { labeler.cancel() }
            progress.say("Stopping: closing the files.")
            let end = MonotonicClock.now + Self.stopLimit
            for thread in threads { thread.wait(until: end) }
            break
        }
        progress.clear()
        shared.desk.withLock { desk in
            reports += desk.reports
            failures += desk.failures
            leftOut = desk.leftOut.sorted()
        }
    }

    /// Once the report is written: it says what is complete, and the journal has done its work.
    func close() { journal?.remove() }

    var isComplete: Bool { !wasStopped && failures.isEmpty && reports.allSatisfy { $0.complete } }

    /// What an earlier run says of a recording that lies elsewhere by now, as on a disk that is mounted in another place.
    private func moved(_ task: SegmentPlan.Task) -> SegmentReport? {
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        guard !task.outputs.paths.isEmpty else { return nil }
        var found = journal?.done.first { $0.outputs == task.outputs && name($0.input) == name(task.recording.shown) }
        found?.input = task.recording.shown
        return found
    }

    private func isDone(_ task: SegmentPlan.Task, _ earlier: SegmentReport?) -> Bool {
        guard work.resumes else { return false }
        // Many cameras make all files of one length: that alone does not tell one from the next of its name.
        guard task.outputs.areWhole, !task.hasChanged else { return false }
        guard journal != nil else { return !task.outputs.paths.isEmpty }
        guard let earlier, earlier.outputs == task.outputs, earlier.bytes == task.recording.bytes else { return false }
        return !work.keepsFrames || earlier.perFrame != nil
    }
}
