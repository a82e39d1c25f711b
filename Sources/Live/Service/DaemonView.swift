import Configuration
import Foundation
import RoadScenes
import Status
import Threads

/// What others in the process may ask of a running daemon.
///
/// Threading: any.
public struct DaemonView: Sendable {
    let version: String
    let started: Duration
    let configuration: Configuration
    let pipeline: FramePipeline
    let source: ReconnectingSource
    let spooling: Spooling?
    let watcher: ModelWatcher?
    let learner: LearnerStarter?
    let position: GPSDClient?
    let clock: SharedClock

    /// The classes of the model in use, with their colours.
    public var classes: ClassSet { pipeline.models.current.classes }
    /// Lends labeled frames, to one thread.
    public var frames: FrameSampler { pipeline.window }
    /// Nil without a gate.
    public var gate: GateWindow? { spooling?.gate.window }

    /// Latencies since the start.
    ///
    /// - Parameter bounds: units: seconds, ascending.
    public func latency(upTo bounds: [Double]) -> LatencyBuckets {
        let latency = pipeline.statistics.latency(upTo: bounds.map { .seconds($0) })
        return LatencyBuckets(bounds: bounds, counts: latency.counts, count: latency.count, sum: latency.sum.inSeconds)
    }

    /// For `camber status`.
    public func status() -> DaemonStatus {
        let now = MonotonicClock.now
        let figures = pipeline.statistics.figures(at: now)
        let gate = spooling?.report()
        return DaemonStatus(
            version: version, pid: getpid(), uptime: (now - started).inSeconds,
            source: source.report(configuration.source, figures), clock: clock.report,
            model: pipeline.models.current.model, targetFps: pipeline.rate, deliveredFps: figures.recentRate,
            frames: figures.frames, damaged: figures.damaged, oddTimes: figures.oddTimes,
            dropped: figures.dropped, drops: figures.dropsByReason,
            latency: figures.recentLatency, latencyOverall: figures.latency, inference: figures.inference,
            outputs: pipeline.lanes.map { $0.report() }, swaps: pipeline.models.swaps, spooled: gate?.spooled ?? 0,
            models: watcher?.report(), gate: gate, spool: spooling?.summary(), learner: learner?.report(),
            position: position?.report())
    }
}
