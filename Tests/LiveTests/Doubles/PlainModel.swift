import Live
import RoadScenes
import Status
import Synchronization
import Video

/// A model that gives every frame the same labels.
// Safe to send: constant but for the atomic count.
final class PlainModel: FrameSegmenter, @unchecked Sendable {
    let width: Int
    let height: Int
    let classes: ClassSet
    let model: ModelFacts
    let judge: (any ConfidenceSource)?
    private let probability: Float
    private let label: @Sendable (Int) -> UInt8
    private let count = Atomic(0)

    /// - Parameters:
    ///   - label: of each pixel; of four classes where nothing else is said.
    ///   - probability: of every class and pixel.
    init(
        _ number: Int, width: Int = 8, height: Int = 6, classes: ClassSet = .camvid,
        judge: (any ConfidenceSource)? = PlainJudge(),
        probability: Float = 0.1, label: @escaping @Sendable (Int) -> UInt8 = { UInt8($0 % 4) }
    ) {
        (self.width, self.height, self.classes, self.judge) = (width, height, classes, judge)
        (self.probability, self.label) = (probability, label)
        model = ModelFacts(
            file: "test", number: number, fingerprint: "model \(number)", isConfidenceTrained: judge != nil,
            classes: classes.names, width: width, height: height)
    }

    var labeled: Int { count.load(ordering: .relaxed) }

    func label(
        _ frame: RGBImage, into classMap: GrayImage, certainty: GrayImage?, confidence: GrayImage?, details: Segmentation?
    ) {
        for pixel in classMap.bytes.indices { classMap.bytes[pixel] = label(pixel) }
        certainty?.bytes.fill(with: UInt8(probability * 255))
        if let details {
            details.classMap.bytes.copy(classMap.bytes)
            details.probabilities?.fill(with: probability)
        }
        count.add(1, ordering: .relaxed)
    }
}
