/// How long frames took.
///
/// Units: milliseconds.
public struct LatencyQuantiles: Sendable, Codable, Equatable {
    public var p50 = 0.0
    public var p90 = 0.0
    public var p99 = 0.0
    public var max = 0.0

    package init(p50: Double = 0, p90: Double = 0, p99: Double = 0, max: Double = 0) {
        (self.p50, self.p90, self.p99, self.max) = (p50, p90, p99, max)
    }
}
