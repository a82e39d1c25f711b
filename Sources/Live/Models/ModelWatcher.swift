import CLinux
import Logging
import Status
import Store
import Synchronization
import Threads

/// Puts a new model into the loop when another one is wanted, and takes it out again if it turns out worse.
///
/// A new model is loaded, checked, compiled, warmed up and compared on the last frame off the loop; whatever fails, the one
/// in use stays, and the reason is said once.
///
/// Threading: a thread of its own polls; `report`, `wake` and `stop` from any.
// Safe to send: what changes is under the mutex or belongs to the polling thread.
public final class ModelWatcher: @unchecked Sendable {
    /// Between two attempts at a model that could not be loaded.
    public static let retryAfter = Duration.seconds(10)
    /// Between two notes of how far a probation is: so much of it a kill takes back.
    public static let keepEvery = Duration.seconds(30)

    struct Trial {
        var number: Int
        var previous: Int?
        var fingerprint: String
        /// Of the model before.
        var witness: String
        var time: ProbationTime
        var before: ModelSigns
        /// What had been counted at the swap.
        var framesThen: Int
        var lateThen: Int
    }

    struct State {
        var rollbacks = 0
        var problem: String?
        var trial: Trial?
        var looks = 0
    }

    let pipeline: FramePipeline
    let source: any ModelSource
    private let history: LookHistory
    let probation: Duration
    let clock: any PacingClock
    let logger: Logger
    private let stopSignal = StopSignal()
    private let isWoken = Atomic(false)
    let state = Mutex(State())
    private let thread = Mutex<NamedThread?>(nil)
    // The polling thread only, from here on.
    private var failed: (number: Int, retryAt: Duration)?
    private var countedSince = (frames: 0, late: 0)
    var hasResumed = false
    var keepDue = Duration.zero
    var cannotKeep = false
    /// A model was let go since the last round.
    private var hasReleased = false

    public init(
        _ pipeline: FramePipeline, source: any ModelSource, history: LookHistory, probation: Duration,
        clock: any PacingClock = MonotonicClock(), logger: Logger
    ) {
        (self.pipeline, self.source, self.history, self.probation) = (pipeline, source, history, probation)
        (self.clock, self.logger) = (clock, logger)
    }

    public func start() {
        thread.withLock {
            $0 = NamedThread("models") { [self] in
                while !stopSignal.wait(until: MonotonicClock.now + .seconds(1)) { poll() }
                keepTrial()
            }
        }
    }

    public func stop() { stopSignal.set() }

    /// False when the thread still ran at `deadline`.
    public func wait(until deadline: Duration) -> Bool {
        thread.withLock { $0 }?.wait(until: deadline) ?? true
    }

    /// Lets the next poll try again what could not be loaded.
    public func wake() { isWoken.store(true, ordering: .relaxed) }

    public func report() -> ModelReport {
        state.withLock { state in
            ModelReport(
                rollbacks: state.rollbacks,
                probation: state.trial.map {
                    .init(
                        model: $0.number, previous: $0.previous, remaining: $0.time.left.inSeconds, looks: state.looks)
                },
                problem: state.problem)
        }
    }

    /// One round: the trial that is on, then whether another model is wanted.
    public func poll() {
        // What a model took would stay with the process, and the next one be put beside it.
        if hasReleased { camber_return_free_memory() }
        hasReleased = pipeline.models.releaseRetired()
        if isWoken.exchange(false, ordering: .relaxed) { failed = nil }
        if !hasResumed { resume() }
        judgeTrial()
        let running = pipeline.models.current.model
        // One that the loop has not taken yet is not what the next would be compared with.
        if pipeline.models.isPending { return withdrawUnwanted(running) }
        do throws(LiveError) {
            guard let wanted = try source.wanted(), wanted != running.number else { return settle() }
            if let failed, failed.number == wanted, clock.now < failed.retryAt { return }
            failed = (wanted, clock.now + Self.retryAfter)
            try swap(to: wanted, from: running)
            failed = nil
            settle()
        } catch {
            complain(error)
        }
    }

    /// Without frames the loop takes no model, and meanwhile somebody may have gone back to the one that runs.
    private func withdrawUnwanted(_ running: ModelFacts) {
        guard let number = running.number, (try? source.wanted()) == number, pipeline.models.withdraw() else { return }
        endTrial(number)
        logger.notice("The model stays", metadata: ["model": "\(number)"])
    }

    private func swap(to number: Int, from running: ModelFacts) throws(LiveError) {
        let candidate = try source.segmenter(number)
        // What was gone back to was in use before: what runs now is what was wrong, and no measure of it.
        let isReturn = source.isReturn(number)
        let sample = isReturn ? nil : pipeline.sampler.next(within: .seconds(2), unless: stopSignal)
        if let reason = source.refusal(of: candidate, insteadOf: pipeline.models.current, on: sample) {
            logger.error("A new model is refused", metadata: ["model": "\(number)", "reason": "\(reason)"])
            try rollBack(number, reason: "refused by the daemon: \(reason)")
            return
        }
        let figures = pipeline.statistics.figures(at: clock.now)
        let before = signs([], since: countedSince, figures)
        countedSince = (figures.frames, figures.late)
        pipeline.models.offer(candidate)
        logger.notice("New model", metadata: ["model": "\(number)", "before": "\(running.number.map(String.init) ?? "none")"])
        if isReturn {
            endTrial(number)
        } else {
            begin(
                Trial(
                    number: number, previous: running.number, fingerprint: candidate.model.fingerprint,
                    witness: running.fingerprint,
                    time: ProbationTime(probation, frames: figures.frames, now: clock.now), before: before,
                    framesThen: figures.frames, lateThen: figures.late),
                beside: running.isConfidenceTrained ? running.number.flatMap(witness) : nil)
        }
    }

    /// The model before, for looks at the same frames; without it only lateness counts against the new one.
    func witness(_ number: Int) -> (any FrameSegmenter)? {
        do throws(LiveError) { return try source.witness(number) } catch {
            logger.warning("The new model is not compared with the one before", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    func begin(_ trial: Trial, beside witness: (any FrameSegmenter)?) {
        state.withLock { ($0.looks, $0.trial) = (0, trial) }
        history.witness = witness
        keepTrial()
    }

    /// - Parameter number: of the model that stays or comes back.
    func endTrial(_ number: Int?) {
        state.withLock { ($0.looks, $0.trial) = (0, nil) }
        history.witness = nil
        hasReleased = true
        if let number { keep(ModelWatch(watcher: "", model: number)) }
    }

    private func judgeTrial() {
        // Until the loop has taken the new model, frames are still the work of the one before.
        guard !pipeline.models.isPending else { return }
        let (figures, now) = (pipeline.statistics.figures(at: clock.now), clock.now)
        let isOn = state.withLock { state in
            state.trial?.time.count(frames: figures.frames, isFrozen: isFrozen(figures), now: now)
            return state.trial
        }
        guard let trial = isOn else { return }
        let looks = history.looks(of: trial.fingerprint, beside: trial.witness)
        state.withLock { $0.looks = looks.model.count }
        let signs = signs(looks.model, since: (trial.framesThen, trial.lateThen), figures)
        let before = ModelSigns(
            looks.witness.suffix(ProbationRules.looks), frames: trial.before.frames, late: trial.before.late,
            latency: trial.before.latency)
        let names = pipeline.models.current.classes.names
        if let reason = ProbationRules.problem(signs, before: before, names: names) {
            do throws(LiveError) {
                try rollBack(trial.number, reason: "on probation: \(reason)")
                endTrial(nil)
                logger.error("The new model goes: \(reason)", metadata: ["model": "\(trial.number)"])
            } catch {
                complain(error)
            }
        } else if trial.time.left == .zero {
            endTrial(trial.number)
            logger.notice("The new model stays", metadata: ["model": "\(trial.number)"])
        } else if now >= keepDue {
            keepTrial()
        }
    }

    private func isFrozen(_ figures: LoopFigures) -> Bool {
        let limit = pipeline.options.frozenAfter
        return limit > .zero && figures.unchanged.map { $0 >= limit.inSeconds } ?? false
    }

    private func signs(_ looks: [GateLook], since start: (frames: Int, late: Int), _ figures: LoopFigures) -> ModelSigns {
        ModelSigns(
            looks.suffix(ProbationRules.looks), frames: figures.frames - start.frames, late: figures.late - start.late,
            latency: figures.recentLatency.p90)
    }

    private func rollBack(_ number: Int, reason: String) throws(LiveError) {
        try source.rollBack(number, reason: reason)
        state.withLock { $0.rollbacks += 1 }
    }

    private func settle() {
        state.withLock { $0.problem = nil }
    }

    private func complain(_ error: LiveError) {
        let isNew = state.withLock { state in
            defer { state.problem = error.description }
            return state.problem != error.description
        }
        if isNew { logger.error("The model stays: \(error)") }
    }
}
