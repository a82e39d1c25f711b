import RoadScenes
import Video

/// Makes a frame's confidence map and pseudo-label, and counts what is in them, in memory made once.
///
/// Threading: one caller at a time.
final class GateViewer {
    /// The pseudo-label of the last look: void where the confidence is below the threshold.
    let labels: GrayImage
    /// 0…255 for 0…1, of the last look.
    let confidence: GrayImage
    private let classes: Int
    /// Of the confidence map's bytes.
    private let least: UInt8
    private var counts = [Int](repeating: 0, count: 256)
    private var selected = [Int](repeating: 0, count: 256)

    init(_ segmenter: any FrameSegmenter, threshold: Double) {
        labels = GrayImage(width: segmenter.width, height: segmenter.height)
        confidence = GrayImage(width: segmenter.width, height: segmenter.height)
        classes = segmenter.classes.count
        least = UInt8(nearest: (threshold * 255).rounded(.up))
    }

    func look(_ frame: GateFrame, judge: any ConfidenceSource, model: String) -> GateLook {
        judge.estimate(frame.result, into: confidence)
        for index in counts.indices { (counts[index], selected[index]) = (0, 0) }
        let map = frame.result.classMap.bytes
        var sum = 0
        for pixel in map.indices {
            let (label, trust) = (map[pixel], confidence.bytes[pixel])
            counts[Int(label)] += 1
            sum += Int(trust)
            if trust >= least { selected[Int(label)] += 1 }
            labels.bytes[pixel] = trust >= least ? label : ClassSet.void
        }
        let pixels = Double(map.count)
        return GateLook(
            model: model, selectedRatio: Double(selected.reduce(0, +)) / pixels, meanConfidence: Double(sum) / (255 * pixels),
            classShares: counts[..<classes].map { Double($0) / pixels },
            selectedShares: selected[..<classes].map { Double($0) / pixels })
    }
}
