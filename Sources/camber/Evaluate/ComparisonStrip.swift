import Learning
import Live
import Overlay
import RoadScenes
import Video

/// An evaluated picture as a strip: the image, its truth, the prediction, its confidence and the pseudo-label side by side,
/// each with its name above; the last two where the bundle has a trained auxiliary network.
struct ComparisonStrip {
    /// Wider pictures are shown by every second, third … pixel.
    private static let widest = 960
    private static let gap = 4
    private let classes: ClassSet
    private let threshold: Double
    private let atlas = GlyphAtlas(height: 16)

    /// - Parameter threshold: least confidence of the pseudo-label's pixels.
    init(classes: ClassSet, threshold: Double) {
        (self.classes, self.threshold) = (classes, threshold)
    }

    func draw(_ picture: Evaluation.Picture) -> RGBImage {
        var parts: [(name: String, color: (Int) -> [UInt8])] = [
            ("image", { Array(picture.image.bytes[$0 * 3..<$0 * 3 + 3]) }),
            ("truth", { color(of: picture.truth.bytes[$0]) }),
            ("prediction", { color(of: picture.prediction.bytes[$0]) }),
        ]
        if let confidence = picture.confidence {
            let pseudo = GrayImage(width: confidence.width, height: confidence.height)
            PseudoLabel(threshold: threshold).write(picture.prediction, confidence, into: pseudo)
            parts.append(("confidence", { Array(repeating: confidence.bytes[$0], count: 3) }))
            parts.append(("pseudo-label from \(threshold)", { color(of: pseudo.bytes[$0]) }))
        }
        let step = (picture.image.width + Self.widest - 1) / Self.widest
        let (width, height) = (picture.image.width / step, picture.image.height / step)
        let header = atlas.height + 6
        let strip = RGBImage(width: parts.count * (width + Self.gap) - Self.gap, height: header + height)
        for (index, part) in parts.enumerated() {
            let left = index * (width + Self.gap)
            var label = Panel(width: width, height: header)
            label.write(part.name, x: 4, y: 3, atlas)
            label.lay(over: strip, x: left, y: 0)
            for y in 0..<height {
                for x in 0..<width {
                    let color = part.color(y * step * picture.image.width + x * step)
                    let place = ((header + y) * strip.width + left + x) * 3
                    for channel in 0..<3 { strip.bytes[place + channel] = color[channel] }
                }
            }
        }
        return strip
    }

    /// Black where it is void.
    private func color(of label: UInt8) -> [UInt8] {
        Int(label) < classes.count ? classes.members[Int(label)].color : [0, 0, 0]
    }
}
