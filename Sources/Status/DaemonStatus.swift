import Foundation
import Store

/// What the daemon answers to `camber status`.
///
/// Units: milliseconds for latencies, seconds for other spans of time.
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
    public var latency: LatencyQuantiles
    /// Since the start.
    public var latencyOverall: LatencyQuantiles
    public var inference: LatencyQuantiles
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
    /// Nil where the configuration has no section `position`.
    public var position: PositionReport?

    package init(
        version: String, pid: Int32 = 0, uptime: Double = 0, source: SourceReport, clock: ClockReport = .init(),
        model: ModelFacts, targetFps: Double? = nil, deliveredFps: Double = 0, frames: Int = 0, damaged: Int = 0,
        oddTimes: Int = 0, dropped: Int = 0, drops: [String: Int] = [:], latency: LatencyQuantiles = .init(),
        latencyOverall: LatencyQuantiles = .init(), inference: LatencyQuantiles = .init(), outputs: [OutputReport] = [],
        swaps: Int = 0, spooled: Int = 0, models: ModelReport? = nil, gate: GateReport? = nil, spool: SpoolSummary? = nil,
        learner: LearnerReport? = nil, position: PositionReport? = nil
    ) {
        self.version = version
        self.pid = pid
        self.uptime = uptime
        self.source = source
        self.clock = clock
        self.model = model
        self.targetFps = targetFps
        self.deliveredFps = deliveredFps
        self.frames = frames
        self.damaged = damaged
        self.oddTimes = oddTimes
        self.dropped = dropped
        self.drops = drops
        self.latency = latency
        self.latencyOverall = latencyOverall
        self.inference = inference
        self.outputs = outputs
        self.swaps = swaps
        self.spooled = spooled
        self.models = models
        self.gate = gate
        self.spool = spool
        self.learner = learner
        self.position = position
    }

    enum CodingKeys: String, CodingKey {
        case version, pid, uptime, source, clock, model, frames, damaged, dropped, drops, latency, inference, outputs, swaps,
            spooled
        case models, gate, spool, learner, position
        case targetFps = "target_fps"
        case oddTimes = "odd_times"
        case deliveredFps = "delivered_fps"
        case latencyOverall = "latency_overall"
    }
}

extension DaemonStatus {
    /// What the socket and the page answer: keys with underscores, dates as 2026-01-31T12:00:00Z.
    public var json: Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        return (try? encoder.encode(self)) ?? Data()
    }

    /// Reads `json`, of an older daemon too.
    ///
    /// - Throws: where it is no status.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let value = try decoder.singleValueContainer()
            // Older daemons say seconds since 2001.
            if let seconds = try? value.decode(Double.self) { return Date(timeIntervalSinceReferenceDate: seconds) }
            return try Date(value.decode(String.self), strategy: .iso8601)
        }
        self = try decoder.decode(DaemonStatus.self, from: json)
    }

    /// Why the daemon is not ready; nil where it is.
    public var whyNotReady: String? {
        if frames == 0 { return "No frame has been labeled yet." }
        if source.state != .running, source.state != .frozen { return "The source is \(source.state.rawValue)." }
        return nil
    }
}
