import Learning
import Testing

@Suite struct RoadStretchesTests {
    private func numbers(_ names: [String], likePrevious: Set<Int> = []) -> [Int] {
        RoadStretches.numbers(names.map { DriveMoment(name: $0) }) { likePrevious.contains($0) }
    }

    @Test func framesOfTenSecondsOfOneDriveAreOneStretch() {
        #expect(numbers(["a_000", "a_150", "a_300", "a_301", "b_150", "a_600", "a_602"]) == [0, 0, 0, 1, 2, 1, 3])
    }

    /// CamVid's validation split: 101 frames of 6.7 seconds.
    @Test func theWholeOfAShortClipIsOne() {
        #expect(Set(numbers((0..<101).map { "0016E5_0\(7959 + 2 * $0)" })) == [0])
    }

    @Test func picturesWithoutATimeBelongTogetherWhereTheyLookAlike() {
        #expect(numbers(["0", "1", "2", "3"], likePrevious: [1, 3]) == [0, 0, 1, 1])
    }

    @Test func noneIsKeptBackWhereTheyWouldNotDo() { #expect(RoadStretches.keptBack(of: 29).isEmpty) }

    @Test(arguments: [30, 31, 59, 60, 100, 1000])
    func fromTenToTwentyAreKeptBackEvenly(_ count: Int) {
        let kept = RoadStretches.keptBack(of: count).sorted()
        #expect((10...20).contains(kept.count) && kept.count <= count / 3 + 1 && kept.allSatisfy { $0 < count })
        let gaps = Set(zip(kept, kept.dropFirst()).map { $1 - $0 })
        #expect(gaps.count == 1)
    }
}
