import RoadScenes
import Video

/// What a model says about frames without labels, and how far another one agrees, over all of them.
struct FrameTally {
    private let pseudoLabel: PseudoLabel
    private(set) var figures: PseudoLabelFigures
    private var compared = 0
    private var agreeing = 0

    init(classes: Int, pseudoLabel: PseudoLabel) {
        self.pseudoLabel = pseudoLabel
        figures = PseudoLabelFigures(classes: classes)
    }

    /// - Parameter other: another model's class map of the frame, void where it does not count.
    /// - Returns: the class map, void where a pixel is not selected.
    mutating func add(_ map: GrayImage, _ confidence: GrayImage, comparedWith other: GrayImage?) -> GrayImage {
        let sure = GrayImage(width: map.width, height: map.height)
        pseudoLabel.write(map, confidence, into: sure, counting: &figures)
        if let other {
            let (other, own) = (other.bytes, map.bytes)
            for pixel in other.indices where other[pixel] != ClassSet.void {
                compared += 1
                if other[pixel] == own[pixel] { agreeing += 1 }
            }
        }
        return sure
    }

    /// Of the pixels that count; all of none.
    var agreement: Double { compared == 0 ? 1 : Double(agreeing) / Double(compared) }
}
