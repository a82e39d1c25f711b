/// What a model says about frames without labels, in numbers, over as many frames as were added.
public struct PseudoLabelFigures: Sendable, Equatable {
    let classes: Int
    /// Those that are not void in the class map.
    var pixels = 0
    /// Sum of the confidence maps' bytes.
    var confidence = 0
    /// Pixels of each class map's index. Shape: 256.
    var seen = [Int](repeating: 0, count: 256)
    /// Of those, the ones that the pseudo-label keeps. Shape: 256.
    var selected = [Int](repeating: 0, count: 256)

    public init(classes: Int) {
        self.classes = classes
    }

    /// Starts anew, in the memory that is there.
    public mutating func reset() {
        (pixels, confidence) = (0, 0)
        for index in seen.indices { (seen[index], selected[index]) = (0, 0) }
    }

    /// The share of pixels whose confidence reaches the threshold, 0…1.
    public var selectedRatio: Double { share(selected.reduce(0, +)) }
    /// Over all pixels, 0…1.
    public var meanConfidence: Double { share(confidence) / 255 }
    /// The share of all pixels that each class has, by its index.
    public var classShares: [Double] { seen[..<classes].map(share) }
    /// The share of all pixels that each class has with enough confidence.
    public var selectedShares: [Double] { selected[..<classes].map(share) }

    private func share(_ count: Int) -> Double { Double(count) / Double(max(1, pixels)) }
}
