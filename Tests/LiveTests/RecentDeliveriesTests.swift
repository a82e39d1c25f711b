import Live
import Testing
import Threads

@Suite struct RecentDeliveriesTests {
    private func deliveries(every period: Double, count: Int) -> RecentDeliveries {
        var deliveries = RecentDeliveries()
        for number in 0..<count { deliveries.add(.seconds(Double(number) * period), latency: .milliseconds(number + 1)) }
        return deliveries
    }

    @Test(arguments: [0.1, 1, 9, 10, 20, 1000]) func theRateIsThatOfTheFramesHoweverSeldomTheyCome(period: Double) {
        let some = deliveries(every: period, count: 30)
        let last = 29 * period
        for late in [0, 0.5, 1.9] {
            let rate = some.rate(at: .seconds(last + late * period))
            #expect(abs(rate * period - 1) < 0.3, "\(rate)")
        }
        #expect(some.latencies(at: .seconds(last)).last == .milliseconds(30))
        #expect(some.rate(at: .seconds(last + 20 * period + 20)) == 0, "it has stopped")
    }

    @Test func oneFrameHasNoRate() {
        #expect(RecentDeliveries().rate(at: .seconds(5)) == 0 && RecentDeliveries().latencies(at: .zero).isEmpty)
        #expect(deliveries(every: 1, count: 1).rate(at: .seconds(1)) == 0)
        #expect(deliveries(every: 1, count: 1).latencies(at: .seconds(1)).count == 1)
    }
}
