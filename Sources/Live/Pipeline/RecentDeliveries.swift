import Threads

/// The deliveries of the last seconds, in fixed memory.
package struct RecentDeliveries: Sendable {
    private static let window = Duration.seconds(10)
    private var times = [Duration](repeating: .zero, count: 1024)
    private var latencies = [Duration](repeating: .zero, count: 1024)
    private var total = 0

    package init() {}

    package mutating func add(_ time: Duration, latency: Duration) {
        times[total % times.count] = time
        latencies[total % times.count] = latency
        total += 1
    }

    /// Units: frames per second over the last ten seconds; 0 until two frames are there.
    package func rate(at now: Duration) -> Double {
        let oldest = oldest(at: now)
        let held = total - oldest
        guard held > 1 else { return 0 }
        let last = times[(total - 1) % times.count]
        let period = (last - times[oldest % times.count]) / (held - 1)
        // A loop that has stopped delivering slows down in the figure, too.
        let span = max(last - times[oldest % times.count] + (now - last > period * 2 ? now - last : .zero), .nanoseconds(1))
        return Double(held - 1) / span.inSeconds
    }

    /// Latencies of the last ten seconds, ascending.
    package func latencies(at now: Duration) -> [Duration] {
        (oldest(at: now)..<total).map { latencies[$0 % times.count] }.sorted()
    }

    /// The first delivery of the last ten seconds, counted from the start; where frames come more seldom, the last but one.
    private func oldest(at now: Duration) -> Int {
        var oldest = total
        let first = max(0, total - times.count)
        while oldest > first, now - times[(oldest - 1) % times.count] <= Self.window { oldest -= 1 }
        guard total - oldest < 2, total > 1 else { return oldest }
        let (last, before) = (times[(total - 1) % times.count], times[(total - 2) % times.count])
        return now - last <= (last - before) * 2 ? total - 2 : oldest
    }
}
