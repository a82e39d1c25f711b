import Foundation
import Logging
import NeuralNetwork
import RoadScenes
import Video

/// `camber run`: one source through the loop until it is told to stop, with everything that a service needs around it.
///
/// Threading: `run` on the main thread, which takes the signals; the loop has threads of its own.
public final class Daemon {
    /// What is left to say at the end.
    public struct Outcome: Sendable {
        public var figures: LoopFigures
        public var swaps: Int
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
    let lanes: [OutputLane]
    let pipeline: FramePipeline
    let started = MonotonicClock.now
    var configuration: Configuration
    var fingerprint: String
    private var server: StatusServer?
    /// Whether a frame has been labeled, which is when systemd is told.
    private(set) var isReady = false
    private var failedOutputs: Set<String> = []
    private var statusDue = Duration.zero

    /// Loads and compiles the model; opens nothing else yet.
    public init(_ configuration: Configuration, version: String, log: ServiceLog, signals: SignalWaiter) throws(LiveError) {
        (self.configuration, self.version, self.log, self.signals) = (configuration, version, log, signals)
        let logger = log.logger()
        self.logger = logger
        notifier = ServiceNotifier()
        let bundle = try Self.bundle(configuration.modelFile)
        fingerprint = bundle.fingerprint
        let needsConfidence = configuration.outputs.contains { $0.kind == .confidence }
        if needsConfidence && !bundle.auxiliaryIsTrained {
            logger.warning("The auxiliary network of \(configuration.modelFile) is not trained; its confidence means nothing.")
        }
        let segmenter = try NetworkSegmenter(
            bundle, file: configuration.modelFile, size: configuration.size, workers: Self.workers(configuration.threads),
            withConfidence: needsConfidence)
        lanes = configuration.outputs.enumerated().map {
            OutputLane.make($1, number: $0 + 1, classes: bundle.classes)
        }
        source = Self.source(configuration.source, logger)
        let notifier = notifier
        pipeline = FramePipeline(
            source: source, models: ModelSlot(segmenter), lanes: lanes,
            options: .init(pace: configuration.source.effectivePace, confidence: needsConfidence), rate: configuration.rate,
            heartbeat: { notifier?.beat() })
    }

    /// Runs until the source ends, a signal asks for the end, or `limit` is over.
    public func run(for limit: Duration? = nil) -> Outcome {
        startServer()
        logger.info("Starting", metadata: ["source": "\(SourceReport.withoutPassword(configuration.source.location))"])
        pipeline.start()
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
            default: break
            }
            watch()
        }
        notifier?.send("STOPPING=1")
        let left = pipeline.finish(within: Self.stopLimit)
        server?.stop()
        for name in left { logger.error("\(name) did not end in time and is left behind.") }
        watch()
        return Outcome(
            figures: pipeline.statistics.figures(at: MonotonicClock.now), swaps: pipeline.models.swaps,
            outputs: lanes.map { $0.report() }, problem: pipeline.failure?.description, wasStopped: wasSignalled,
            leftBehind: left)
    }

    /// The state for `camber status`.
    ///
    /// Threading: any.
    static func status(
        _ pipeline: FramePipeline, _ source: ReconnectingSource, _ configuration: Configuration, _ version: String,
        _ started: Duration
    ) -> DaemonStatus {
        let now = MonotonicClock.now
        let figures = pipeline.statistics.figures(at: now)
        return DaemonStatus(
            version: version, pid: getpid(), uptime: (now - started).inSeconds,
            source: source.report(
                location: configuration.source.location, lastFrameAge: figures.lastFrameAge,
                stallTimeout: configuration.source.stallTimeout),
            model: pipeline.models.current.model, targetFps: pipeline.rate, deliveredFps: figures.recentRate,
            frames: figures.frames, damaged: figures.damaged, dropped: figures.dropped, drops: figures.dropsByReason,
            latency: figures.recentLatency, latencyOverall: figures.latency, inference: figures.inference,
            outputs: pipeline.lanes.map { $0.report() }, swaps: pipeline.models.swaps, spooled: 0)
    }

    private func startServer() {
        guard let path = configuration.statusSocket else { return }
        let (pipeline, source, configuration, version, started) = (pipeline, source, configuration, version, started)
        do throws(LiveError) {
            server = try StatusServer(path: path) {
                let status = Daemon.status(pipeline, source, configuration, version, started)
                return ((try? JSONEncoder().encode(status)) ?? Data()) + Data("\n".utf8)
            }
            server?.start()
        } catch {
            logger.warning("No status: \(error)")
        }
    }

    /// Five times a second: readiness, the line that `systemctl status` shows, and what the outputs complain about.
    private func watch() {
        let now = MonotonicClock.now
        let figures = pipeline.statistics.figures(at: now)
        if !isReady && figures.frames > 0 {
            isReady = true
            notifier?.send("READY=1")
            logger.info("Ready: the first frame is labeled")
        }
        for report in lanes.map({ $0.report() }) {
            switch report.state {
            case .working:
                if failedOutputs.remove(report.name) != nil { logger.notice("Output \(report.name) works again") }
            case .blocked:
                failedOutputs.insert(report.name)
                logger.warning("Output \(report.name) is blocked: it takes no frames")
            case .failed:
                failedOutputs.insert(report.name)
                logger.error("Output \(report.name) failed: \(report.problem ?? "")")
            }
        }
        if now >= statusDue {
            statusDue = now + .seconds(5)
            let source = source.report(
                location: configuration.source.location, lastFrameAge: figures.lastFrameAge,
                stallTimeout: configuration.source.stallTimeout)
            notifier?.send("STATUS=Source \(source.state.rawValue), \(oneDecimal(figures.recentRate)) frames/s")
            log.flush()
        }
    }

    private func oneDecimal(_ value: Double) -> String { String(format: "%.1f", value) }
}
