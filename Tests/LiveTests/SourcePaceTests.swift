import Live
import Testing

@Suite struct SourcePaceTests {
    @Test func framesComeAtTheirTimestamps() {
        var pace = SourcePace()
        #expect(pace.deadline(of: 7, now: .seconds(100)) == .seconds(100))
        #expect(pace.deadline(of: 7.5, now: .seconds(100)) == .milliseconds(100_500))
        #expect(pace.deadline(of: 9, now: .milliseconds(100_600)) == .seconds(102))
    }

    @Test(arguments: [0.0, 5000])
    func aJumpInTimeStartsAnew(time: Double) {
        var pace = SourcePace()
        _ = pace.deadline(of: 70, now: .seconds(100))
        #expect(pace.deadline(of: time, now: .seconds(110)) == .seconds(110))
        #expect(pace.deadline(of: time + 1, now: .seconds(110)) == .seconds(111))
    }
}
