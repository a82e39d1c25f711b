import Status
import Threads

/// The loop's counters and times at one moment.
public struct LoopFigures: Sendable, Codable, Equatable {
    /// Frames that the source gave.
    public var arrived: Int
    /// Frames delivered with a class map.
    public var frames: Int
    /// Frames that came and were not delivered.
    public var dropped: Int
    /// The same, by reason.
    public var dropsByReason: [String: Int]
    /// Frames that a newer one overtook before the segmenter was free.
    public var late: Int { dropsByReason[LoopStatistics.Drop.late.rawValue] ?? 0 }
    /// Frames that the decoder lost, or of which parts are missing.
    public var damaged: Int
    /// Live frames whose stamps were far off those before and after, and that got the time at which they came.
    public var oddTimes: Int
    /// Units: frames per second, from the first delivery to the last.
    public var deliveredRate: Double
    /// Units: frames per second, over the last ten seconds.
    public var recentRate: Double
    /// From capture to class map.
    public var latency: LatencyQuantiles
    /// The same over the last ten seconds.
    public var recentLatency: LatencyQuantiles
    /// The segmenter's part of it.
    public var inference: LatencyQuantiles
    /// Units: seconds since the last frame came; nil before the first.
    public var lastFrameAge: Double?
    /// Units: seconds for which the source's picture was the same when its last frame came; nil where nobody looks.
    public var unchanged: Double?

    init(_ state: LoopStatistics.State, now: Duration) {
        arrived = state.arrived
        frames = state.latency.count
        dropped = state.surplus + state.late
        dropsByReason = [LoopStatistics.Drop.surplus.rawValue: state.surplus, LoopStatistics.Drop.late.rawValue: state.late]
        damaged = state.damaged
        oddTimes = state.oddTimes
        deliveredRate = 0
        if let first = state.firstDelivery, let last = state.lastDelivery, last > first {
            deliveredRate = Double(state.latency.count - 1) / (last - first).inSeconds
        }
        recentRate = state.recent.rate(at: now)
        latency = LatencyQuantiles(state.latency)
        inference = LatencyQuantiles(state.inference)
        recentLatency = LatencyQuantiles(ascending: state.recent.latencies(at: now))
        lastFrameAge = state.lastArrival.map { (now - $0).inSeconds }
        if let since = state.unchangedSince, let last = state.lastArrival { unchanged = max(0, (last - since).inSeconds) }
    }
}

extension LatencyQuantiles {
    package init(_ histogram: LatencyHistogram) {
        self.init(
            p50: histogram.quantile(0.5).inMilliseconds, p90: histogram.quantile(0.9).inMilliseconds,
            p99: histogram.quantile(0.99).inMilliseconds, max: histogram.longest.inMilliseconds)
    }

    package init(ascending durations: [Duration]) {
        func rank(_ quantile: Double) -> Double {
            guard !durations.isEmpty else { return 0 }
            return durations[Swift.max(0, Int((quantile * Double(durations.count)).rounded(.up)) - 1)].inMilliseconds
        }
        self.init(p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1))
    }
}
