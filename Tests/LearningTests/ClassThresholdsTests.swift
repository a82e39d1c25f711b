import Learning
import RoadScenes
import Testing
import Video

@Suite struct ClassThresholdsTests {
    /// Of class 0 a hundred pixels that are sure, of class 1 ten that are not: confidences of 200…209 and 100…109.
    private var tally: ClassThresholds {
        let (map, confidence) = (GrayImage(width: 110, height: 1), GrayImage(width: 110, height: 1))
        for pixel in 0..<110 {
            map.bytes[pixel] = pixel < 100 ? 0 : 1
            confidence.bytes[pixel] = UInt8(pixel < 100 ? 200 + pixel % 10 : pixel)
        }
        var tally = ClassThresholds(classes: 2)
        tally.add(map.bytes, confidence.bytes)
        return tally
    }

    @Test func withoutWishesOneThresholdServesAll() {
        #expect(tally.values(usual: [128, 128], leastShare: nil, mostTimes: nil, labeled: [0.5, 0.5]) == [128, 128])
    }

    @Test func aShareOfEachClassIsKeptEvenBelowTheThreshold() {
        let values = tally.values(usual: [128, 128], leastShare: 0.3, mostTimes: nil, labeled: [0.5, 0.5])
        #expect(values == [128, 107])
    }

    @Test func aClassThatSwampsTheOthersLosesItsLeastConfidentPixels() {
        // All 110 are kept; of these class 0 may have 0.5 · 110 = 55.
        let values = tally.values(usual: [77, 77], leastShare: nil, mostTimes: 1, labeled: [0.5, 0.5])
        #expect(values == [205, 77])
        // A class that no label shows gets none.
        #expect(tally.values(usual: [77, 77], leastShare: nil, mostTimes: 2, labeled: [0, 1]) == [210, 77])
    }
}
