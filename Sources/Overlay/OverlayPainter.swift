import RoadScenes
import Video

/// Lays the class colours over the camera's picture, with a legend and, where wanted, a line of text.
///
/// Threading: one caller at a time.
package final class OverlayPainter {
    /// Pixels with less confidence are uncertain. Units: 0…255 for 0…1.
    private static let sure: UInt8 = 204
    private static let hatchColor: UInt8 = 245

    private let scale: NearestScale
    private let atlas: GlyphAtlas
    private var legend: Legend
    private let classCount: Int
    private let tints: ClassTints
    /// Shape: width × 3.
    private var line: [UInt8]
    private var counts = [Int](repeating: 0, count: 256 * 4)
    private var shares: [Double]

    /// - Parameter region: of the class maps that the picture is in; all of them where nil.
    package init(
        classes: ClassSet, map: (width: Int, height: Int), region: PixelRegion? = nil, picture: (width: Int, height: Int)
    ) {
        scale = NearestScale(from: map, region, to: picture)
        atlas = GlyphAtlas(height: min(48, max(14, picture.height / 26)))
        legend = Legend(classes: classes.shown, width: picture.width, atlas: atlas)
        classCount = classes.count
        shares = Array(repeating: 0, count: classes.count)
        line = Array(repeating: 0, count: picture.width * 3)
        tints = ClassTints(palette: classes.shown.palette)
    }

    /// What of the class maps the picture is in.
    package var region: PixelRegion { scale.region }

    /// Writes the overlay of `picture` into `target`; both have the size given at `init`.
    ///
    /// - Parameter confidence: of the class map; where given, what should be right in less than four of five pixels is hatched.
    package func paint(
        _ picture: RGBImage, _ classMap: GrayImage, confidence: GrayImage? = nil, into target: RGBImage, text: String? = nil
    ) {
        blend(picture, classMap, into: target)
        if let confidence { hatch(confidence, classMap, over: target) }
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
                    classMap.bytes.withPointer {
                        tints.spread($0 + Int(drawn) * scale.sourceWidth, scale.columns, into: line.baseAddress!)
                    }
                }
                ClassTints.mix(picture, UnsafeBufferPointer(line), into: target, from: y * count)
            }
        }
    }

    /// Fine diagonal lines, as wide apart in every picture size.
    private func hatch(_ confidence: GrayImage, _ classMap: GrayImage, over target: RGBImage) {
        let period = max(6, scale.height / 60)
        let (values, labels, bytes) = (confidence.bytes, classMap.bytes, target.bytes)
        for y in 0..<scale.height {
            let row = Int(scale.rows[y]) * scale.sourceWidth
            // Only what lies on a line is looked at.
            for x in stride(from: (period - y % period) % period, to: scale.width, by: period) {
                let pixel = row + Int(scale.columns[x])
                guard values[pixel] < Self.sure, labels[pixel] != ClassSet.void else { continue }
                let place = (y * scale.width + x) * 3
                for channel in 0..<3 { bytes[place + channel] = Self.hatchColor }
            }
        }
    }

    private func countClasses(_ classMap: GrayImage) {
        let counted = classMap.countClasses(&counts)
        for index in 0..<classCount { shares[index] = Double(counts[index]) / Double(max(1, counted)) }
    }

    private func write(_ text: String, over target: RGBImage) {
        let margin = atlas.height / 3
        var panel = Panel(width: min(target.width, atlas.width(of: text) + 2 * margin), height: atlas.height + margin)
        panel.write(text, x: margin, y: margin / 2, atlas)
        panel.lay(over: target, x: 0, y: 0)
    }
}
