import NeuralNetwork
import RoadScenes
import Testing
import Video

struct ConfidenceCalibrationTests {
    private static let bundle = Result {
        try ModelBundle(
            classes: .camvid, inputSize: Graph.Size(height: 48, width: 64),
            segmentation: Weights.heInitialized(for: Network.paper.graph(classes: 11), seed: 1),
            auxiliary: Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 2))
    }

    /// Class maps with probabilities of a gray slope, and confidence maps.
    private static func look(_ bundle: ModelBundle) throws -> (result: Segmentation, confidence: GrayImage, values: [Float]) {
        let workers = try WorkerPool(threads: 1)
        let segmenter = try Segmenter(bundle, workers: workers)
        let estimator = try ConfidenceEstimator(bundle, workers: workers)
        let (image, result) = (RGBImage(width: 64, height: 48), segmenter.makeResult(withProbabilities: true))
        for index in image.bytes.indices { image.bytes[index] = UInt8(index % 251) }
        let confidence = GrayImage(width: 64, height: 48)
        segmenter.segment(image, into: result)
        estimator.estimate(result, into: confidence)
        return (result, confidence, Array(estimator.values))
    }

    private static func calibration(_ auxiliary: Double, _ topProbability: Double, offset: Double = 0) -> ConfidenceCalibration {
        let row = ConfidenceCalibration.precisions.map { Double?.some(Double($0) / 200) }
        return ConfidenceCalibration(
            auxiliary: auxiliary, topProbability: topProbability, offsets: Array(repeating: offset, count: 11),
            thresholds: Array(repeating: row, count: 11))
    }

    @Test func confidenceIsWhatTheCalibrationMakesOfBothNetworks() throws {
        let bundle = try Self.bundle.get()
        let plain = try Self.look(bundle)
        // One part of the auxiliary network's and nothing else changes nothing.
        let same = try Self.look(bundle.replacing(calibration: Self.calibration(1, 0)))
        #expect(zip(plain.values, same.values).allSatisfy { abs($0 - $1) < 1e-5 })
        // One part of the largest probability and nothing else is that.
        let top = try Self.look(bundle.replacing(calibration: Self.calibration(0, 1)))
        for pixel in 0..<64 * 48 {
            let most = (0..<11).map { plain.result.probabilities![$0 * 64 * 48 + pixel] }.max()!
            #expect(abs(top.values[pixel] - most) < 1e-4, "pixel \(pixel)")
        }
        let sure = try Self.look(bundle.replacing(calibration: Self.calibration(0, 0, offset: 20)))
        #expect((0..<64 * 48).allSatisfy { sure.confidence.bytes[$0] == 255 })
    }

    @Test func aPrecisionBetweenTwoTakesTheHigher() {
        let calibration = Self.calibration(1, 1)
        #expect(calibration.thresholds(forPrecision: 0.95)[0] == 0.475)
        #expect(calibration.thresholds(forPrecision: 0.951)[0] == 0.48)
        #expect(calibration.thresholds(forPrecision: 0.2)[0] == 0.25 && calibration.thresholds(forPrecision: 1)[0] == 0.495)
    }

    @Test func withoutCalibrationTheThresholdCounts() {
        let selection = PixelSelection(threshold: 0.7, precision: 0.95)
        let byThreshold = selection.pseudoLabel(nil)
        #expect(!byThreshold.selects(178, of: 0) && byThreshold.selects(179, of: 0))
        let byPrecision = selection.pseudoLabel(Self.calibration(1, 1))
        #expect(!byPrecision.selects(121, of: 0) && byPrecision.selects(122, of: 0))
        #expect(!PixelSelection(threshold: 0.7).pseudoLabel(Self.calibration(1, 1)).selects(178, of: 0))
    }
}
