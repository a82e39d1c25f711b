/// Latencies since the start, as histograms are published.
public struct LatencyBuckets: Sendable, Equatable {
    /// Units: seconds, ascending.
    public var bounds: [Double]
    /// How many did not exceed each bound.
    public var counts: [Int]
    /// Of all.
    public var count: Int
    /// Units: seconds; of all together.
    public var sum: Double

    public init(bounds: [Double], counts: [Int], count: Int, sum: Double) {
        precondition(counts.count == bounds.count, "\(counts.count) counts for \(bounds.count) bounds")
        (self.bounds, self.counts, self.count, self.sum) = (bounds, counts, count, sum)
    }
}
