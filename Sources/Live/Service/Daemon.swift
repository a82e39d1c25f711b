import Configuration
import Foundation
import Logging
import Status
import Store
import Threads
import Video

/// `camber run`: one source through the loop until it is told to stop, with everything that a service needs around it.
///
/// Threading: `run` on the main thread, which takes the signals; the loop has threads of its own.
public final class Daemon {
    /// What is left to say at the end.
    public struct Outcome: Sendable {
        public var figures: LoopFigures
        public var swaps: Int
        public var spooled: Int
        public var outputs: [OutputReport]
        /// Why it ended early; nil where it did not.
        public var problem: String?
        /// Whether a signal asked for the end.
        public var wasStopped: Bool
        /// Threads that did not end in time.
        public var leftBehind: [String]
    }

    /// systemd's limit is longer; the rest is for leaving.
    static let stopLimit = Duration.seconds(4)

    let version: String
    let log: ServiceLog
    let logger: Logger
    let notifier: ServiceNotifier?
    let signals: SignalWaiter
    let source: ReconnectingSource
    let snapshotRate: SnapshotRate
    let lanes: [OutputLane]
    let events: [EventRecorder]
    let position: GPSDClient?
    let pipeline: FramePipeline
    let spooling: Spooling?
    let watcher: ModelWatcher?
    let learner: LearnerStarter?
    let started = MonotonicClock.now
    var configuration: Configuration
    var server: StatusServer?
    /// Why there is none.
    var serverProblem: String?
    private(set) var readiness = Readiness()
    private var outputNews = OutputNews()
    private var gateTrouble = Lasting()
    private var saidThatTimesAreOdd = false
    private var frozenPicture = Lasting()
    private var unfamiliarRoad = Lasting(rest: Familiarity.rest)
    let wallClock = SharedClock()
    private var statusDue = Duration.zero

    /// Loads and compiles the model; opens nothing else yet.
    public init(_ configuration: Configuration, version: String, log: ServiceLog, signals: SignalWaiter) throws(LiveError) {
        (self.configuration, self.version, self.log, self.signals) = (configuration, version, log, signals)
        let logger = log.logger()
        self.logger = logger
        notifier = ServiceNotifier()
        let registry = try Self.registry(configuration)
        let file = URL(fileURLWithPath: configuration.file).standardizedFileURL.path
        let models = registry.map { RegistryModels($0, Self.options(configuration), watcher: file) }
        let segmenter = try Self.firstModel(models, configuration, logger)
        position = Self.position(configuration, logger)
        let recorders = try Self.events(configuration, segmenter.classes, logger)
        lanes = configuration.outputs.enumerated().map { place, output in
            recorders.first { $0.place == place }?.lane
                ?? OutputLane.make(output, number: place + 1, classes: segmenter.classes)
        }
        events = recorders.map(\.recorder)
        snapshotRate = SnapshotRate(Self.snapshotRate(configuration.source, target: configuration.rate))
        source = Self.source(
            configuration, logger, tap: recorders.isEmpty ? nil : PacketTap(recorders.map(\.ring)), snapshots: snapshotRate)
        spooling = try Spooling(configuration, for: segmenter, logger: logger)
        let notifier = notifier
        pipeline = FramePipeline(
            source: source, models: ModelSlot(segmenter), lanes: lanes, gate: spooling?.gate.handover,
            options: Self.pipelineOptions(configuration, position),
            rate: configuration.rate,
            heartbeat: { notifier?.beat() })
        watcher = models.map { [pipeline, spooling] in
            ModelWatcher(
                pipeline, source: $0, history: spooling?.history ?? LookHistory(), probation: configuration.probation,
                logger: logger)
        }
        learner = Self.learner(configuration, registry, logger)
    }

    /// Runs until the source ends, a signal asks for the end, or `limit` is over.
    public func run(for limit: Duration? = nil) -> Outcome {
        watchClock()
        keepServer()
        logger.info("Starting", metadata: ["source": "\(PublicAddress.text(configuration.source.location))"])
        for exposure in configuration.exposures() { logger.warning("\(exposure)") }
        for problem in configuration.unwritable { logger.warning("\(problem.text) It is tried again and again.") }
        position?.start()
        for recorder in events { recorder.start() }
        pipeline.start()
        spooling?.gate.start()
        watcher?.start()
        let end = limit.map { MonotonicClock.now + $0 }
        var wasSignalled = false
        loop: while !pipeline.wait(until: .zero) {
            let left = end.map { $0 - MonotonicClock.now } ?? .seconds(1)
            if left <= .zero { break }
            switch signals.wait(for: min(left, .milliseconds(200))) {
            case SIGTERM, SIGINT:
                logger.info("Stopping")
                wasSignalled = true
                break loop
            case SIGHUP: reload()
            case SIGUSR1: learnNow()
            case SIGUSR2: markNow()
            default: break
            }
            watch()
        }
        notifier?.send("STOPPING=1")
        let left = finish()
        for name in left { logger.error("\(name) did not end in time and is left behind.") }
        watch()
        // Last: looking keeps it up.
        server?.stop()
        return Outcome(
            figures: pipeline.statistics.figures(at: MonotonicClock.now), swaps: pipeline.models.swaps,
            spooled: spooling?.report().spooled ?? 0, outputs: lanes.map { $0.report() }, problem: pipeline.failure?.description,
            wasStopped: wasSignalled,
            leftBehind: left)
    }

    /// Five times a second: readiness, the line that `systemctl status` shows, and what the outputs complain about.
    private func watch() {
        let now = MonotonicClock.now
        let figures = pipeline.statistics.figures(at: now)
        let wasStarted = readiness.isStarted
        switch readiness.change(frames: figures.frames, at: now) {
        case .firstFrame: logger.info("Ready: the first frame is labeled")
        case .withoutFrame where notifier != nil:
            logger.notice("No frame yet: the service counts as started, and waits for its camera")
        case .withoutFrame, nil: break
        }
        if readiness.isStarted, !wasStarted { notifier?.send("READY=1") }
        for report in lanes.map({ $0.report() }) where outputNews.take(report, at: now) {
            switch report.state {
            case .working: logger.notice("Output \(report.name) works again")
            case .blocked: logger.warning("Output \(report.name) is blocked: it takes no frames")
            case .failed: logger.error("Output \(report.name) failed: \(report.problem ?? "")")
            }
        }
        watchGate()
        if figures.oddTimes > 0, !saidThatTimesAreOdd {
            saidThatTimesAreOdd = true
            logger.notice("The source stamps single frames far off its others: they get the time at which they come")
        }
        watchClock()
        watchPicture(figures)
        learner?.tick()
        if now >= statusDue {
            statusDue = now + .seconds(5)
            keepServer()
            notifier?.send("STATUS=\(source.report(configuration.source, figures).line(rate: figures.recentRate))")
            log.flush()
        }
    }

    /// A full disk lasts: said when it begins and when it is over.
    private func watchGate() {
        guard let report = spooling?.report() else { return }
        switch gateTrouble.change(to: report.problem != nil) {
        case .began: logger.error("No frames are kept for learning", metadata: ["reason": "\(report.problem ?? "")"])
        case .ended: logger.notice("Frames are kept again")
        case nil: break
        }
        switch unfamiliarRoad.change(to: report.familiarity?.isUnfamiliar ?? false) {
        case .began: logger.warning("The model does not know this: \(report.familiarity?.warning ?? "")")
        case .ended: logger.notice("The road is familiar again")
        case nil: break
        }
    }

    private func watchClock() {
        let event = wallClock.look(
            wall: Date().timeIntervalSince1970, monotonic: MonotonicClock.now, slept: MonotonicClock.slept)
        if event != nil { learner?.clockChanged() }
        switch event {
        case .unset:
            logger.warning(
                "The clock is not set: files and records get wrong times until it is",
                metadata: ["says": "\(Date().formatted(.iso8601))"])
        case .jumped(let seconds):
            logger.notice(
                "The clock was set; what was stamped before has another time",
                metadata: ["by": "\(String(format: "%+.0f", seconds)) s"])
        case .slept(let seconds): logger.notice("The computer slept", metadata: ["for": "\(String(format: "%.0f", seconds)) s"])
        case nil: break
        }
    }

    /// Not opened anew: a car that is parked stands still too.
    private func watchPicture(_ figures: LoopFigures) {
        guard let unchanged = figures.unchanged else { return }
        switch frozenPicture.change(to: unchanged >= configuration.source.frozenAfter.inSeconds) {
        case .began:
            logger.warning(
                "The picture is unchanged, as when a camera hangs; the gate keeps none of it",
                metadata: ["for": "\(configuration.source.frozenAfter.text)"])
        case .ended: logger.notice("The picture changes again")
        case nil: break
        }
    }

    private func learnNow() {
        guard let learner else { return logger.warning("SIGUSR1 starts the learner, but the configuration has no 'learn:'") }
        learner.start()
    }

    /// Ends everything within `stopLimit`; returns the names of what was left behind.
    private func finish() -> [String] {
        let start = MonotonicClock.now
        position?.stop()
        learner?.stop()
        watcher?.stop()
        spooling?.gate.stop()
        var left = pipeline.finish(within: Self.stopLimit)
        for recorder in events { recorder.stop() }
        if watcher?.wait(until: start + Self.stopLimit) == false { left.append("models") }
        if spooling?.gate.wait(until: start + Self.stopLimit) == false { left.append("gate") }
        for recorder in events where !recorder.wait(until: max(start + Self.stopLimit, MonotonicClock.now + .milliseconds(500))) {
            left.append(recorder.name)
        }
        return left
    }
}
