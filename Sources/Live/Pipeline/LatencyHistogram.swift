import Glibc
import Threads

/// Counts of durations in buckets 1 % apart: quantiles of any number of frames in fixed memory.
///
/// Units: 10 µs to 200 s; what lies outside counts as the nearest of these.
package struct LatencyHistogram: Sendable {
    private static let smallest = 1e-5
    private static let step = 1.01
    private static let buckets = 1690

    private var counts = [Int](repeating: 0, count: buckets)
    package private(set) var count = 0
    package private(set) var longest = Duration.zero
    package private(set) var sum = Duration.zero

    package init() {}

    /// Counts a duration.
    package mutating func record(_ duration: Duration) {
        let position = log(max(duration.inSeconds, Self.smallest) / Self.smallest) / log(Self.step)
        counts[min(Int(position), Self.buckets - 1)] += 1
        count += 1
        longest = max(longest, duration)
        sum += duration
    }

    /// Forgets all durations.
    package mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
        count = 0
        longest = .zero
        sum = .zero
    }

    /// How many of the recorded durations do not exceed each bound, within 1 %.
    ///
    /// - Parameter bounds: ascending.
    package func counts(upTo bounds: [Duration]) -> [Int] {
        var (seen, bucket) = (0, 0)
        return bounds.map { bound in
            let position = log(max(bound.inSeconds, Self.smallest) / Self.smallest) / log(Self.step)
            while bucket < min(Int(position.rounded()), Self.buckets) {
                seen += counts[bucket]
                bucket += 1
            }
            return seen
        }
    }

    /// The duration that a share `quantile` of the recorded ones does not exceed, within 1 %; zero where none are there.
    package func quantile(_ quantile: Double) -> Duration {
        guard count > 0 else { return .zero }
        let rank = max(1, Int((quantile * Double(count)).rounded(.up)))
        var seen = 0
        for (index, held) in counts.enumerated() {
            seen += held
            if seen >= rank {
                let upper = Self.smallest * pow(Self.step, Double(index + 1))
                return min(.seconds(upper), longest)
            }
        }
        return longest
    }
}
