import Video

/// A model's own labels for a frame: its classes where its confidence reaches their thresholds, void elsewhere.
///
/// Source: section 3.4 of the paper.
public struct PseudoLabel: Sendable, Equatable {
    /// The share of a frame's pixels from which on it holds a class; less may be noise.
    public static let heldShare = 0.001

    /// Least byte of a confidence map by the byte of the class map; 256 labels no pixel. Shape: 256.
    private let least: [Int]

    /// - Parameter threshold: least confidence of a labeled pixel, 0…1; 0 labels every pixel.
    public init(threshold: Double) { self.init(leastBytes: [], others: Self.leastByte(threshold)) }

    /// - Parameter thresholds: least confidence of each class's labeled pixels, 0…1; nil labels none of them.
    public init(thresholds: [Double?]) {
        self.init(leastBytes: thresholds.map { $0.map(Self.leastByte) ?? 256 })
    }

    /// - Parameter leastBytes: by class, 0…255; 256 labels none of its pixels.
    package init(leastBytes: [Int], others: Int = 256) {
        least = leastBytes + Array(repeating: others, count: 256 - leastBytes.count)
    }

    /// The least byte of a confidence map that reaches a threshold; a product that is a whole number may come out a little larger.
    package static func leastByte(_ threshold: Double) -> Int { Int(nearest: (threshold * 255 - 1e-9).rounded(.up)) }

    /// Whether a pixel of a class is labeled, with this byte in the confidence map.
    public func selects(_ confidence: UInt8, of label: UInt8) -> Bool { Int(confidence) >= least[Int(label)] }

    /// The least byte of a class's labeled pixels; 256 where there are none.
    package func leastByte(of label: UInt8) -> Int { least[Int(label)] }

    /// Writes the pseudo-label of a class map; `labels` may be the class map itself.
    public func write(_ map: GrayImage, _ confidence: GrayImage, into labels: GrayImage) {
        Self.check(map, confidence, labels)
        let (from, trust, to) = (map.bytes, confidence.bytes, labels.bytes)
        for pixel in to.indices {
            let label = from[pixel]
            to[pixel] = selects(trust[pixel], of: label) ? label : ClassSet.void
        }
    }

    /// Writes the pseudo-label of a class map and adds what is in both to `figures`.
    public func write(
        _ map: GrayImage, _ confidence: GrayImage, into labels: GrayImage, counting figures: inout PseudoLabelFigures
    ) {
        Self.check(map, confidence, labels)
        let (classes, trusts, target) = (map.bytes, confidence.bytes, labels.bytes)
        var (sum, visible) = (0, 0)
        figures.seen.withUnsafeMutableBufferPointer { seen in
            figures.selected.withUnsafeMutableBufferPointer { selected in
                for pixel in target.indices {
                    let (label, trust) = (classes[pixel], trusts[pixel])
                    guard label != ClassSet.void else {
                        target[pixel] = label
                        continue
                    }
                    visible &+= 1
                    seen[Int(label)] &+= 1
                    sum &+= Int(trust)
                    let isSelected = selects(trust, of: label)
                    if isSelected { selected[Int(label)] &+= 1 }
                    target[pixel] = isSelected ? label : ClassSet.void
                }
            }
        }
        figures.confidence += sum
        figures.pixels += visible
    }

    private static func check(_ map: GrayImage, _ confidence: GrayImage, _ labels: GrayImage) {
        let size = (map.width, map.height)
        precondition(
            (confidence.width, confidence.height) == size && (labels.width, labels.height) == size,
            "a confidence map or labels of another size than \(map.width)×\(map.height)")
    }
}
