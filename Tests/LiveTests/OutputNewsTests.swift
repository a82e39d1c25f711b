import Live
import Status
import Testing

@Suite struct OutputNewsTests {
    private func report(_ state: OutputReport.Condition, _ problem: String? = nil, name: String = "overlay-1") -> OutputReport {
        OutputReport(name: name, state: state, written: 0, dropped: 0, damaged: 0, problem: problem)
    }

    @Test func anAttemptThatFailsLikeTheOneBeforeIsNoNews() {
        var news = OutputNews()
        #expect(news.take(report(.working), at: .zero) == false)
        for second in 0..<7200 {
            let isTold = news.take(
                report(.failed, "a-\(10_000 + second).mp4: \(second / 10).\(second % 10)GB free"), at: .seconds(second))
            #expect(isTold == (second == 0))
        }
        #expect(news.take(report(.failed, "No such file"), at: .seconds(7200)) == true)
        #expect(news.take(report(.failed, "No such file", name: "masks-2"), at: .seconds(7200)) == true)
        #expect(news.take(report(.working), at: .seconds(7201)) == true)
        #expect(news.take(report(.working), at: .seconds(7300)) == false)
    }

    /// It works for one frame of each attempt, as on a disk that is nearly full.
    @Test func whatComesAndGoesIsToldNowAndThenAndHowItEnds() {
        var news = OutputNews()
        var told = 0
        for second in 0..<600 {
            let isTold = news.take(second % 5 == 4 ? report(.working) : report(.failed, "at \(second)"), at: .seconds(second))
            told += isTold ? 1 : 0
        }
        #expect((10...22).contains(told), "\(told)")
        var last: OutputReport.Condition?
        for second in 600..<700 where news.take(report(.failed, "at \(second)"), at: .seconds(second)) { last = .failed }
        for second in 700..<800 where news.take(report(.working), at: .seconds(second)) { last = .working }
        #expect(last == .working)
    }
}
