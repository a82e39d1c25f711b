import Store

/// What the daemon answers to `camber status`.
///
/// Units: milliseconds for latencies, seconds for other times.
public struct DaemonStatus: Sendable, Codable, Equatable {
    public var version: String
    public var pid: Int32
    public var uptime: Double
    public var source: SourceReport
    public var clock: ClockReport
    public var model: ModelFacts
    /// Nil where no target is set.
    public var targetFps: Double?
    /// Over the last ten seconds.
    public var deliveredFps: Double
    public var frames: Int
    public var damaged: Int
    /// Frames whose stamps were far off those before and after.
    public var oddTimes: Int
    public var dropped: Int
    public var drops: [String: Int]
    /// Over the last ten seconds.
    public var latency: LoopFigures.Quantiles
    /// Since the start.
    public var latencyOverall: LoopFigures.Quantiles
    public var inference: LoopFigures.Quantiles
    public var outputs: [OutputReport]
    public var swaps: Int
    public var spooled: Int
    /// Nil without a registry.
    public var models: ModelReport?
    /// Nil without a gate.
    public var gate: GateReport?
    /// Nil without a spool, or while it cannot be read.
    public var spool: SpoolSummary?
    /// Nil where the configuration has no section `learn`.
    public var learner: LearnerReport?

    enum CodingKeys: String, CodingKey {
        case version, pid, uptime, source, clock, model, frames, damaged, dropped, drops, latency, inference, outputs, swaps,
            spooled
        case models, gate, spool, learner
        case targetFps = "target_fps"
        case oddTimes = "odd_times"
        case deliveredFps = "delivered_fps"
        case latencyOverall = "latency_overall"
    }
}
