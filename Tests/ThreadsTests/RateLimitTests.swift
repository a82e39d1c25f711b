import Testing
import Threads

@Suite struct RateLimitTests {
    private func admitted(rate: Double, arrivals: [Double]) -> Int {
        var limit = RateLimit(period: .seconds(1 / rate))
        return arrivals.count { limit.admits(at: .seconds($0)) }
    }

    @Test(arguments: [(30.0, 10.0), (30, 20), (30, 29.97), (25, 7), (60, 30)])
    func fasterSourcesAreThinnedToTheRate(source: Double, target: Double) {
        let seconds = 60.0
        let count = admitted(rate: target, arrivals: (0..<Int(seconds * source)).map { Double($0) / source })
        #expect(abs(Double(count) - seconds * target) <= seconds * target * 0.01)
    }

    @Test func jitterAtTheWantedRateCostsNothing() {
        var random = SystemRandomNumberGenerator()
        let arrivals = (0..<900).map { Double($0) / 15 + Double.random(in: 0...0.03, using: &random) }
        #expect(admitted(rate: 15, arrivals: arrivals) >= 898)
    }

    @Test func slowerSourcesPassWhole() {
        #expect(admitted(rate: 30, arrivals: (0..<100).map { Double($0) / 12 }) == 100)
    }
}
