import Video

/// A model's own labels for a frame: its classes where its confidence reaches a threshold, void elsewhere.
///
/// Source: section 3.4 of the paper.
public struct PseudoLabel: Sendable, Equatable {
    /// The share of a frame's pixels from which on it holds a class; less may be noise.
    public static let heldShare = 0.001

    /// Least confidence of a labeled pixel, 0…1; 0 labels every pixel.
    public let threshold: Double
    /// The same for the bytes of a confidence map.
    private let least: Int

    public init(threshold: Double) {
        self.threshold = threshold
        // A product that is a whole number may come out a little larger.
        least = Int(nearest: (threshold * 255 - 1e-9).rounded(.up))
    }

    /// Whether a pixel with this byte in the confidence map is labeled.
    public func selects(_ confidence: UInt8) -> Bool { Int(confidence) >= least }

    /// Writes the pseudo-label of a class map; `labels` may be the class map itself.
    public func write(_ map: GrayImage, _ confidence: GrayImage, into labels: GrayImage) {
        Self.check(map, confidence, labels)
        let (from, trust, to) = (map.bytes, confidence.bytes, labels.bytes)
        for pixel in to.indices { to[pixel] = selects(trust[pixel]) ? from[pixel] : ClassSet.void }
    }

    /// Writes the pseudo-label of a class map and adds what is in both to `figures`.
    public func write(
        _ map: GrayImage, _ confidence: GrayImage, into labels: GrayImage, counting figures: inout PseudoLabelFigures
    ) {
        Self.check(map, confidence, labels)
        let (classes, trusts, target) = (map.bytes, confidence.bytes, labels.bytes)
        var sum = 0
        figures.seen.withUnsafeMutableBufferPointer { seen in
            figures.selected.withUnsafeMutableBufferPointer { selected in
                for pixel in target.indices {
                    let (label, trust) = (classes[pixel], trusts[pixel])
                    seen[Int(label)] &+= 1
                    sum &+= Int(trust)
                    let isSelected = selects(trust)
                    if isSelected { selected[Int(label)] &+= 1 }
                    target[pixel] = isSelected ? label : ClassSet.void
                }
            }
        }
        figures.confidence += sum
        figures.pixels += map.width * map.height
    }

    private static func check(_ map: GrayImage, _ confidence: GrayImage, _ labels: GrayImage) {
        let size = (map.width, map.height)
        precondition(
            (confidence.width, confidence.height) == size && (labels.width, labels.height) == size,
            "a confidence map or labels of another size than \(map.width)×\(map.height)")
    }
}
