import Live
import RoadScenes
import Testing
import Video

@Suite struct SteadyLabelsTests {
    private let picture = RGBImage(width: 10, height: 9)
    private let map = GrayImage(width: 10, height: 9)
    private let certainty = GrayImage(width: 10, height: 9)
    private let labels = SteadyLabels(width: 10, height: 9)

    /// What comes of a frame that shows one brightness, one class and one certainty everywhere.
    private func frame(light: UInt8, label: UInt8, certainty value: UInt8) -> Set<UInt8> {
        picture.bytes.fill(with: light)
        map.bytes.fill(with: label)
        certainty.bytes.fill(with: value)
        labels.steady(map, certainty, of: picture)
        return Set(map.bytes)
    }

    @Test func aLessSureClassDoesNotTakeAStillPixel() {
        #expect(frame(light: 80, label: 1, certainty: 200) == [1])
        #expect(frame(light: 82, label: 2, certainty: 150) == [1])
        #expect(frame(light: 80, label: 1, certainty: 180) == [1])
        #expect(frame(light: 81, label: 2, certainty: 140) == [1])
    }

    @Test func aSurerClassTakesItAtOnce() {
        _ = frame(light: 80, label: 1, certainty: 140)
        #expect(frame(light: 80, label: 2, certainty: 150) == [2])
    }

    @Test func whatStaysWinsInTheEnd() {
        _ = frame(light: 80, label: 1, certainty: 250)
        let seen = (0..<6).map { _ in frame(light: 80, label: 2, certainty: 150) }
        #expect(seen.first == [1] && seen.last == [2])
    }

    @Test func aPictureThatChangesIsFollowed() {
        _ = frame(light: 80, label: 1, certainty: 250)
        #expect(frame(light: 90, label: 2, certainty: 100) == [2])
    }

    @Test func theFirstFrameIsTakenAsItIs() {
        #expect(frame(light: 0, label: 3, certainty: 1) == [3])
    }
}
