import RoadScenes
import Video

/// What a model says about frames without labels, counted over all of them.
struct FrameTally {
    private let least: Int
    private var pixels = 0
    private var classes: [Int]
    private var confidence = 0
    private var selected = 0
    private var compared = 0
    private var agreeing = 0

    /// - Parameter threshold: least confidence of a selected pixel, 0…1.
    init(classes: Int, threshold: Double) {
        self.classes = [Int](repeating: 0, count: classes)
        least = Int(nearest: (threshold * 255 - 1e-9).rounded(.up))
    }

    /// - Parameter other: another model's class map of the frame, void where it does not count.
    /// - Returns: the class map, void where a pixel is not selected.
    mutating func add(_ map: GrayImage, _ confidences: GrayImage, comparedWith other: GrayImage?) -> GrayImage {
        let sure = GrayImage(width: map.width, height: map.height, filledWith: ClassSet.void)
        for pixel in 0..<map.width * map.height {
            let (label, confidence) = (map.bytes[pixel], Int(confidences.bytes[pixel]))
            classes[Int(label)] += 1
            self.confidence += confidence
            if confidence >= least {
                selected += 1
                sure.bytes[pixel] = label
            }
            if let other, other.bytes[pixel] != ClassSet.void {
                compared += 1
                if other.bytes[pixel] == label { agreeing += 1 }
            }
        }
        pixels += map.width * map.height
        return sure
    }

    var classShares: [Double] { classes.map { share($0) } }
    var selectedRatio: Double { share(selected) }
    var meanConfidence: Double { share(confidence) / 255 }
    /// Of the pixels that count; all of none.
    var agreement: Double { compared == 0 ? 1 : Double(agreeing) / Double(compared) }

    private func share(_ count: Int) -> Double { Double(count) / Double(max(1, pixels)) }
}
