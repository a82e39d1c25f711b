import Synchronization

/// What the loop counts, for status, reports and tests.
///
/// Threading: any; the lock is held for moments only.
public final class LoopStatistics: Sendable {
    /// Why a frame that came was not delivered.
    public enum Drop: String, Sendable, Codable, CaseIterable {
        /// The source gives more frames than the target rate asks for.
        case surplus
        /// A newer frame came before the segmenter was free.
        case late
    }

    struct State: Sendable {
        var arrived = 0
        var damaged = 0
        var oddTimes = 0
        var surplus = 0
        var late = 0
        var firstDelivery: Duration?
        var lastDelivery: Duration?
        var lastArrival: Duration?
        /// Nil where nobody looks.
        var unchangedSince: Duration?
        var latency = LatencyHistogram()
        var inference = LatencyHistogram()
        var recent = RecentDeliveries()
    }

    private let state = Mutex(State())

    public init() {}

    func arrived(at now: Duration, damaged: Int) {
        state.withLock {
            $0.arrived += 1
            $0.damaged = damaged
            $0.lastArrival = now
        }
    }

    /// Since when the source's picture has been the same.
    func unchanged(since time: Duration) {
        state.withLock { $0.unchangedSince = time }
    }

    func dropped(_ reason: Drop) {
        state.withLock {
            switch reason {
            case .surplus: $0.surplus += 1
            case .late: $0.late += 1
            }
        }
    }

    /// Counts a delivery; returns the rate over the last ones.
    @discardableResult
    func delivered(captured: Duration, began: Duration, at now: Duration) -> Double {
        state.withLock {
            if $0.firstDelivery == nil { $0.firstDelivery = now }
            $0.lastDelivery = now
            $0.latency.record(now - captured)
            $0.inference.record(now - began)
            $0.recent.add(now, latency: now - captured)
            return $0.recent.rate(at: now)
        }
    }

    /// What the source counts itself, after its last frame.
    func setDamaged(_ damaged: Int) {
        state.withLock { $0.damaged = damaged }
    }

    /// What the times of the source's frames were found to be.
    func setOddTimes(_ count: Int) {
        state.withLock { $0.oddTimes = count }
    }

    public func figures(at now: Duration) -> LoopFigures {
        state.withLock { LoopFigures($0, now: now) }
    }

    /// Latencies since the start, as histograms are published.
    ///
    /// - Parameter bounds: ascending.
    public func latency(upTo bounds: [Duration]) -> (counts: [Int], count: Int, sum: Duration) {
        let latency = state.withLock { $0.latency }
        return (latency.counts(upTo: bounds), latency.count, latency.sum)
    }
}
