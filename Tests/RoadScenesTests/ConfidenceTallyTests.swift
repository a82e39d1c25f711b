import RoadScenes
import Testing
import Video

@Suite struct ConfidenceTallyTests {
    /// Pixels of class 0 and 1 with a confidence each; `right` says which were predicted as they are.
    private func tally(_ pixels: [(confidence: Float, label: UInt8, right: Bool)]) -> ConfidenceTally {
        let (truth, prediction) = (GrayImage(width: pixels.count, height: 1), GrayImage(width: pixels.count, height: 1))
        for (index, pixel) in pixels.enumerated() {
            prediction.bytes[index] = pixel.label
            truth.bytes[index] = pixel.right ? pixel.label : 1 - pixel.label
        }
        var tally = ConfidenceTally(classes: 2)
        tally.add(truth: truth, prediction: prediction, confidence: pixels.map(\.confidence))
        return tally
    }

    @Test func rankingIsTheShareOfPairsInTheRightOrderTiesCountingHalf() throws {
        let mixed = tally([(0.9, 0, true), (0.8, 0, false), (0.7, 1, true), (0.2, 1, false), (0.7, 1, false)])
        // Right 0.9, 0.7 against wrong 0.8, 0.2, 0.7: 3 + (1 + 0.5) of 6.
        #expect(abs(try #require(mixed.rankingQuality()) - 4.5 / 6) < 1e-9)
        #expect(mixed.rankingQuality(of: 0) == 1)
        #expect(tally([(0.3, 0, true)]).rankingQuality() == nil)
        // Near 1 differences are small, and count.
        #expect(tally([(0.99999, 0, true), (0.9999, 0, false)]).rankingQuality() == 1)
    }

    @Test func calibrationErrorIsTheDistanceOfConfidenceFromAccuracy() throws {
        let honest = tally((0..<100).map { (0.75, 0, $0 % 4 != 0) })
        #expect(try #require(honest.calibrationError()) < 1e-6)
        let boastful = tally((0..<100).map { (0.95, 0, $0 % 4 != 0) } + (0..<100).map { (0.05, 1, $0 % 20 == 0) })
        #expect(abs(try #require(boastful.calibrationError()) - 0.1) < 1e-6)
        #expect(abs(try #require(boastful.calibrationError(of: 0)) - 0.2) < 1e-6)
        #expect(try #require(boastful.calibrationError(of: 1)) < 1e-6)
        let ranges = boastful.reliability()
        #expect(ranges.count == 10 && ranges[9].pixels == 100 && ranges[9].accuracy == 0.75 && ranges[5].accuracy == nil)
        #expect(ConfidenceTally(classes: 2).calibrationError() == nil)
    }

    @Test func thresholdsKeepAsMuchAsTheirPrecisionAllows() throws {
        let pixels: [(confidence: Float, label: UInt8, right: Bool)] =
            (0..<90).map { (0.9, 0, $0 != 0) } + (0..<10).map { (0.6, 0, $0 % 2 == 0) } + [(0.5, 1, false)]
        let all = tally(pixels)
        let strict = try #require(all.threshold(forPrecision: 0.98, of: 0))
        #expect(strict.threshold > 0.6 && strict.threshold <= 0.9 && strict.coverage == 0.9)
        let loose = try #require(all.threshold(forPrecision: 0.9, of: 0))
        #expect(loose.threshold <= 0.6 && loose.coverage == 1)
        #expect(all.threshold(forPrecision: 0.999, of: 0) == nil)
        #expect(all.threshold(forPrecision: 0.5, of: 1) == nil)
    }

    @Test func voidAndWhatIsNoNumberAreTakenCareOf() throws {
        let (truth, prediction) = (GrayImage(width: 3, height: 1), GrayImage(width: 3, height: 1))
        truth.bytes[0] = ClassSet.void
        truth.bytes[2] = 1
        var tally = ConfidenceTally(classes: 2)
        tally.add(truth: truth, prediction: prediction, confidence: [1, .nan, 2])
        #expect(tally.reliability().map(\.pixels) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    }
}
