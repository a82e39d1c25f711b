import Live
import Testing

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
