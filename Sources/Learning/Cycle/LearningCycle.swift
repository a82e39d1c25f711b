import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Store

/// One run of the learner: the spool's frames are labeled anew with the current bundle, both networks are trained on with
/// them, and what comes of it is promoted where it is better.
///
/// All that decides the result is fixed when a cycle begins and kept in its work folder, with every stage's state. A run that
/// finds a cycle there goes on with it, whether it was stopped or killed, and ends with the same bits.
///
/// Threading: `run` blocks its caller.
/// Source: section 3.4 of the paper; the gate is ours.
public struct LearningCycle: Sendable {
    /// How a run ended.
    public enum Outcome: Sendable {
        /// With a candidate that was promoted or rejected, or without one; all of it is in the registry's history.
        case finished(CycleRecord)
        /// Fewer frames in the spool than the plan asks for; how many can be used, and why others cannot.
        case tooFewItems(Int, leftOut: [String])
        /// Another process is at it, or this one; who, in words.
        case alreadyRunning(String)
        /// Somebody asked for it; the next run goes on from there.
        case stopped
    }

    let plan: Plan
    let spool: Spool
    let registry: ModelRegistry
    let folder: CycleFolder
    let throttle: CycleThrottle

    /// - Parameters:
    ///   - daemonIsLate: asked between two steps, once a second at most; while true, the cycle slows down.
    ///   - isStopped: asked between two steps, from the thread that runs.
    public init(
        _ plan: Plan, spool: Spool, registry: ModelRegistry, daemonIsLate: @escaping @Sendable () -> Bool = { false },
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.plan, self.spool, self.registry) = (plan, spool, registry)
        folder = CycleFolder(plan.work)
        throttle = CycleThrottle(daemonIsLate: daemonIsLate, isStopped: isStopped)
    }

    /// Runs a cycle to its end, or goes on with the one in the work folder.
    ///
    /// - Parameter progress: called after each step.
    /// - Throws: where pictures, labels or bundles cannot be read, something cannot be written, or pictures that the candidate
    ///   would be judged by are among those it is trained on.
    public func run(progress: (Progress) -> Void = { _ in }) throws(LearningError) -> Outcome {
        try folder.make()
        try LearningError.wrap { try registry.settle() }
        let locks: [FileLock]
        switch try Self.lock(folder, registry: registry.folder) {
        case .held(let held): locks = held
        case .busy(let holder): return .alreadyRunning(holder)
        }
        defer { for lock in locks { lock.release() } }
        do throws(LearningError) {
            if let start = try interrupted() { return .finished(try work(start, progress)) }
            let (start, usable, leftOut) = try begin(progress)
            guard let start else { return .tooFewItems(usable, leftOut: leftOut) }
            return .finished(try work(start, progress))
        } catch {
            guard error.code == .stopped else { throw error }
            return .stopped
        }
    }

    /// What `run` would do with the spool and the data sets as they are. Nothing is written.
    ///
    /// - Returns: the number of the cycle that `run` would go on with, if there is one, and what a new one would use.
    /// - Throws: as `run`.
    public func look(progress: (Progress) -> Void = { _ in }) throws(LearningError) -> (interrupted: Int?, survey: CycleSurvey) {
        try folder.check()
        return (try unfinished()?.id, try LearningError.wrap { try survey(progress) })
    }

    /// Does something while no cycle runs or begins, after the one in the work folder was given up.
    ///
    /// - Parameter isMeant: of the frames that an interrupted cycle learns or judges by, as the history names them: whether it is given up.
    ///   One that had not noted them yet is in any case.
    /// - Returns: whether one was given up.
    /// - Throws: where a cycle is running, or it cannot be removed.
    public static func withoutCycle(
        work: String, registry: String?, where isMeant: ([String]) -> Bool, _ body: () throws -> Void
    ) throws -> Bool {
        let folder = CycleFolder(work)
        try folder.make()
        let locks: [FileLock]
        switch try lock(folder, registry: registry) {
        case .held(let held): locks = held
        case .busy(let holder):
            throw LearningError(
                "A cycle or a withdrawal is running: \(holder). Nothing was changed.",
                remedy: "Try again when it is over; SIGTERM ends a cycle after the step it is at.", code: .busy)
        }
        defer { for lock in locks { lock.release() } }
        let start: CycleStart? = folder.read(folder.start)
        let names = start.map { ($0.items + ($0.keptBack ?? []).flatMap(\.self)).map(\.name) }
        let isGivenUp = names.map(isMeant) ?? folder.has(folder.frames)
        if isGivenUp { try folder.clear() }
        try body()
        return isGivenUp
    }

    private enum Locking {
        /// Until they are released.
        case held([FileLock])
        /// In words.
        case busy(holder: String)
    }

    /// Takes two locks: neither cycles of two registries in one work folder nor of one registry in two may run at once.
    private static func lock(_ folder: CycleFolder, registry: String?) throws(LearningError) -> Locking {
        var locks: [FileLock] = []
        for path in [folder.lock] + (registry.map { ["\($0)/.cycle.lock"] } ?? []) {
            do throws(LearningError) {
                let lock = try FileLock(path)
                lock.sign()
                locks.append(lock)
            } catch {
                guard error.code == .busy else { throw error }
                return .busy(holder: FileLock.holder(of: path))
            }
        }
        return .held(locks)
    }

    /// The cycle in the work folder; nil where there is none, or where it no longer is the one to finish.
    private func unfinished() throws(LearningError) -> CycleStart? {
        guard let start: CycleStart = folder.read(folder.start) else { return nil }
        return try LearningError.wrap {
            if try isAdded(start) { return start }
            let current = try registry.current()
            let isSame =
                start.settings == plan.settings && current?.number == start.incumbent && current?.fingerprint == start.fingerprint
            return isSame ? start : nil
        }
    }

    /// The same, with what was damaged since made anew.
    private func interrupted() throws(LearningError) -> CycleStart? {
        guard let start = try unfinished() else { return nil }
        return try LearningError.wrap { try isAdded(start) ? start : repaired(start, plan.labeled.classes) }
    }

    /// Whether its candidate is in the registry: whatever has changed since, only the end is missing.
    private func isAdded(_ start: CycleStart) throws -> Bool { try folder.has(folder.verdict) && entry(of: start) != nil }

    /// What the registry has of a cycle's candidate. Its number alone proves nothing: a cycle that was given up may have had it.
    func entry(of start: CycleStart) throws -> ModelEntry? {
        guard let candidate = try? ModelBundle(contentsOf: folder.candidate) else { return nil }
        let fingerprint = candidate.fingerprint
        return try registry.entries().first { $0.origin == start.origin && $0.fingerprint == fingerprint }
    }

    private func work(_ start: CycleStart, _ progress: (Progress) -> Void) throws(LearningError) -> CycleRecord {
        let began = ContinuousClock.now
        let before = folder.secondsWorked
        func keepTime() { folder.keep(secondsWorked: before + (ContinuousClock.now - began) / .seconds(1)) }
        defer { keepTime() }
        return try LearningError.wrap {
            if let verdict: CycleRecord = folder.read(folder.verdict) { return try conclude(start, verdict) }
            let workers = try WorkerPool(threads: plan.threads)
            let incumbent = try registry.bundle(start.incumbent)
            var draft: CycleRecord
            do {
                let candidate = try candidate(start, incumbent, workers, progress)
                draft = try judge(start, incumbent, candidate, workers, progress)
            } catch let error as LearningError where error.code == .diverged {
                let card = try score(start, incumbent, nil, workers, progress).incumbent.card
                draft = record(
                    start, card, nil, promoted: false, reason: "There is no candidate: the training diverged. \(error.problem)")
            }
            keepTime()
            draft.seconds = folder.secondsWorked
            try folder.write(draft, to: folder.verdict)
            return try conclude(start, draft)
        }
    }
}
