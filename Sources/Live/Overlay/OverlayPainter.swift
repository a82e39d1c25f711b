import RoadScenes
import Video

/// Lays the class colours over the camera's picture, with a legend and, where wanted, a line of text.
///
/// Threading: one caller at a time.
package final class OverlayPainter {
    /// How much of the class colour shows, of 256.
    private static let opacity = 118

    private let scale: NearestScale
    private let atlas: GlyphAtlas
    private var legend: Legend
    private let classCount: Int
    /// Shape: 256 × 3; each class's colour times its opacity.
    private var tints = [UInt8](repeating: 0, count: 256 * 3)
    /// Shape: width × 3.
    private var line: [UInt8]
    private var counts = [Int](repeating: 0, count: 256 * 4)
    private var shares: [Double]

    package init(classes: ClassSet, map: (width: Int, height: Int), picture: (width: Int, height: Int)) {
        scale = NearestScale(from: map, to: picture)
        atlas = GlyphAtlas(height: min(48, max(14, picture.height / 26)))
        legend = Legend(classes: classes, width: picture.width, atlas: atlas)
        classCount = classes.count
        shares = Array(repeating: 0, count: classes.count)
        line = Array(repeating: 0, count: picture.width * 3)
        for (index, member) in classes.members.enumerated() {
            for channel in 0..<3 { tints[index * 3 + channel] = UInt8(Int(member.color[channel]) * Self.opacity / 256) }
        }
    }

    /// Writes the overlay of `picture` into `target`; both have the size given at `init`.
    package func paint(_ picture: RGBImage, _ classMap: GrayImage, into target: RGBImage, text: String? = nil) {
        blend(picture, classMap, into: target)
        countClasses(classMap)
        if legend.height * 3 < picture.height { legend.lay(over: target, shares: shares) }
        if let text { write(text, over: target) }
    }

    private func blend(_ picture: RGBImage, _ classMap: GrayImage, into target: RGBImage) {
        let count = scale.width * 3
        var drawn: Int32 = -1
        line.withUnsafeMutableBufferPointer { line in
            for y in 0..<scale.height {
                if scale.rows[y] != drawn {
                    drawn = scale.rows[y]
                    tint(classMap.bytes.baseAddress! + Int(drawn) * scale.sourceWidth, line.baseAddress!)
                }
                Self.mix(picture.bytes.baseAddress! + y * count, line.baseAddress!, target.bytes.baseAddress! + y * count, count)
            }
        }
    }

    /// The colours of one row of the class map, spread over the picture's width.
    private func tint(_ classes: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>) {
        scale.columns.withUnsafeBufferPointer { columns in
            tints.withUnsafeBufferPointer { tints in
                for x in 0..<scale.width {
                    let tint = Int(classes[Int(columns[x])]) &* 3
                    line[x &* 3] = tints[tint]
                    line[x &* 3 &+ 1] = tints[tint &+ 1]
                    line[x &* 3 &+ 2] = tints[tint &+ 2]
                }
            }
        }
    }

    /// The one loop over every byte of the picture: integers of 16 bits, which the compiler makes vectors of.
    private static func mix(
        _ picture: UnsafePointer<UInt8>, _ tint: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
        let kept = UInt16(256 - opacity)
        for index in 0..<count {
            target[index] = UInt8(truncatingIfNeeded: (UInt16(picture[index]) &* kept) &>> 8) &+ tint[index]
        }
    }

    private func countClasses(_ classMap: GrayImage) {
        let counted = classMap.countClasses(&counts)
        for index in 0..<classCount { shares[index] = Double(counts[index]) / Double(counted) }
    }

    private func write(_ text: String, over target: RGBImage) {
        let margin = atlas.height / 3
        var panel = Panel(width: min(target.width, atlas.width(of: text) + 2 * margin), height: atlas.height + margin)
        panel.write(text, x: margin, y: margin / 2, atlas)
        panel.lay(over: target, x: 0, y: 0)
    }
}
