import Live
import Testing
import Video

@Suite struct TimelineTests {
    private static let base = Rational(1, 1000)

    /// Places frames that come 100 ms apart; returns their times in milliseconds.
    private func place(_ stamps: [Int64], _ timeline: inout Timeline, from start: Int = 0) -> [Int64] {
        stamps.enumerated().map { index, stamp in
            timeline.place(Timestamp(stamp, Self.base), at: .milliseconds(100 * (start + index))).value
        }
    }

    @Test func stampsThatAgreeWithTheirArrivalStay() {
        var timeline = Timeline()
        // Held back by the network, then all at once; a gap of which the arrival knows.
        #expect(place([5000, 5090, 5230, 9000, 9040, 9041], &timeline) == [5000, 5090, 5230, 9000, 9040, 9041])
        #expect(timeline.place(Timestamp(69_041, Self.base), at: .milliseconds(60_500)).value == 69_041)
        #expect(timeline.oddTimes == 0)
    }

    @Test(arguments: [37_600_000, -9_800_000, 1 << 62, .min as Int64])
    func aSingleFrameHoursAwayGetsTheTimeAtWhichItCame(jump: Int64) {
        var timeline = Timeline()
        let stamps: [Int64] = [0, 100, 200 &+ jump, 300, 400, 500 &+ jump, 600]
        #expect(place(stamps, &timeline) == [0, 100, 200, 300, 400, 500, 600])
        #expect(timeline.oddTimes == 2)
    }

    @Test(arguments: [1_700_000_000_000, 0 as Int64])
    func aClockThatIsSetGoesOnFromThere(new: Int64) {
        var timeline = Timeline()
        let start: Int64 = 500_000
        let stamps = [start, start + 100, start + 200, new, new + 90, new + 210]
        #expect(place(stamps, &timeline) == [start, start + 100, start + 200, start + 300, start + 390, start + 510])
        #expect(timeline.oddTimes == 0)
    }

    @Test func aNewClockAfterALongPauseMakesNoLongGap() {
        var timeline = Timeline()
        _ = place([0, 100], &timeline)
        #expect(timeline.place(Timestamp(7_000_000, Self.base), at: .seconds(4000)).value == 1100)
    }

    @Test func anotherTimeBaseIsTheSameTime() {
        var timeline = Timeline()
        _ = place([1000], &timeline)
        #expect(timeline.place(Timestamp(99_000, Rational(1, 90_000)), at: .milliseconds(100)) == Timestamp(1100, Self.base))
    }
}
