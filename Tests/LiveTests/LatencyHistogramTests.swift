import Live
import Testing
import Threads

@Suite struct LatencyHistogramTests {
    @Test func quantilesAreWithinOnePercent() {
        var histogram = LatencyHistogram()
        for milliseconds in (1...1000).shuffled() { histogram.record(.milliseconds(milliseconds)) }
        for (quantile, expected) in [(0.5, 500.0), (0.9, 900), (0.99, 990)] {
            #expect(abs(histogram.quantile(quantile).inMilliseconds - expected) <= expected * 0.011)
        }
        #expect(histogram.longest == .seconds(1))
        #expect(histogram.count == 1000)
    }

    @Test func countsUpToBoundsAreThoseOfAPublishedHistogram() {
        var histogram = LatencyHistogram()
        for milliseconds in 1...1000 { histogram.record(.milliseconds(milliseconds)) }
        let counts = histogram.counts(upTo: [
            .microseconds(1), .milliseconds(100), .milliseconds(500), .seconds(5), .seconds(1000),
        ])
        #expect(
            counts[0] == 0 && abs(counts[1] - 100) <= 2 && abs(counts[2] - 500) <= 6 && counts[3] == 1000 && counts[4] == 1000)
        #expect(histogram.sum == .milliseconds(500_500))
    }

    @Test func extremesAreKeptInsideTheTable() {
        var histogram = LatencyHistogram()
        histogram.record(.zero)
        histogram.record(.seconds(100_000))
        #expect(histogram.count == 2)
        #expect(histogram.quantile(1) > .seconds(100))
    }

    @Test func anEmptyHistogramHasNoLatency() {
        #expect(LatencyHistogram().quantile(0.99) == .zero)
    }
}
