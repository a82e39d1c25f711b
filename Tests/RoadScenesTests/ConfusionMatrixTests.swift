import RoadScenes
import Testing
import Video

struct ConfusionMatrixTests {
    private func gray(_ values: [UInt8]) -> GrayImage {
        let image = GrayImage(width: values.count, height: 1)
        for (index, value) in values.enumerated() { image.bytes[index] = value }
        return image
    }

    private let truth: [UInt8] = [0, 0, 0, 0, 1, 1, 1, 2, 2, 255]
    private let guess: [UInt8] = [0, 0, 0, 1, 1, 1, 0, 2, 1, 0]

    @Test func iouMeanAndAccuracyAgreeWithTheNumbersWorkedOutByHand() throws {
        var matrix = ConfusionMatrix(classes: 4)
        matrix.add(truth: gray(truth), prediction: gray(guess))
        // 0: 3 right, 4 true, 4 predicted; 1: 2 right, 3 true, 4 predicted; 2: 1 right, 2 true, 1 predicted; 3 is absent.
        let expected: [Double?] = [0.6, 0.4, 0.5, nil]
        #expect(matrix.intersectionOverUnion == expected)
        let mean = try #require(matrix.meanIntersectionOverUnion)
        #expect(abs(mean - 0.5) < 1e-12)
        let accuracy = try #require(matrix.pixelAccuracy)
        #expect(abs(accuracy - 2.0 / 3) < 1e-12)
        #expect(matrix.selectedPixels == 1)
        #expect(matrix.semiRatio.compactMap { $0 } == [1, 1, 1])
    }

    /// Labels of three classes, for a model of four.
    @Test func aClassThatTheLabelsKnowNothingOfHasNoIoU() throws {
        var (all, part) = (ConfusionMatrix(classes: 4), ConfusionMatrix(classes: 4, unknown: [3]))
        let seen = gray([0, 3, 1, 1])
        for _ in 0..<2 { all.add(truth: gray([0, 0, 1, 1]), prediction: seen) }
        part.add(truth: gray([0, 0, 1, 1]), prediction: seen)
        part.add(part)
        let (lowest, right): ([Double?], [Double?]) = ([0.5, 1, nil, 0], [0.5, 1, nil, nil])
        #expect(all.intersectionOverUnion == lowest && part.intersectionOverUnion == right)
        #expect(all.meanIntersectionOverUnion == 0.5 && part.meanIntersectionOverUnion == 0.75)
        #expect(part.pixelAccuracy == 0.75 && part.counts == all.counts)
    }

    @Test func maskedPixelsCountInTheRatiosAlone() throws {
        var matrix = ConfusionMatrix(classes: 3)
        matrix.add(truth: gray(truth), prediction: gray(guess), kept: gray([1, 1, 0, 0, 1, 0, 0, 9, 0, 1]))
        #expect(matrix.intersectionOverUnion.compactMap { $0 } == [1, 1, 1])
        let ratios: [Double?] = [0.5, 1.0 / 3, 0.5]
        #expect(matrix.semiRatio == ratios)
        let ratio = try #require(matrix.averageSemiRatio)
        #expect(abs(ratio - 4.0 / 9) < 1e-12)
        #expect(matrix.selectedPixels == 4.0 / 9)
    }

    @Test func aThresholdKeepsThePixelsThatReachIt() {
        let confidence = gray([255, 230, 229, 204, 203, 0, 179, 178, 255, 0])
        for (threshold, kept) in [(0.0, 9), (0.7, 7), (0.8, 5), (0.9, 3), (1.0, 2)] {
            var matrix = ConfusionMatrix(classes: 3)
            matrix.add(truth: gray(truth), prediction: gray(guess), confidence: confidence, threshold: threshold)
            #expect(matrix.counts.reduce(0, +) == kept, "threshold \(threshold)")
        }
    }

    @Test func voidInAPseudoLabelIsMaskedNotWrong() {
        var matrix = ConfusionMatrix(classes: 2)
        matrix.add(truth: gray([0, 0, 1, 1]), prediction: gray([0, 255, 1, 255]))
        #expect(matrix.meanIntersectionOverUnion == 1)
        #expect(matrix.selectedPixels == 0.5)
    }

    @Test func matricesAddUpToTheMatrixOfAllPictures() {
        var (all, first, second) = (ConfusionMatrix(classes: 3), ConfusionMatrix(classes: 3), ConfusionMatrix(classes: 3))
        first.add(truth: gray(truth), prediction: gray(guess))
        second.add(truth: gray(guess), prediction: gray(truth))
        all.add(truth: gray(truth), prediction: gray(guess))
        all.add(truth: gray(guess), prediction: gray(truth))
        first.add(second)
        #expect(first == all)
    }

    @Test func nothingCountedIsNoNumber() {
        let matrix = ConfusionMatrix(classes: 2)
        #expect(matrix.meanIntersectionOverUnion == nil)
        #expect(matrix.pixelAccuracy == nil)
        #expect(matrix.selectedPixels == nil)
        #expect(matrix.averageSemiRatio == nil)
    }
}
