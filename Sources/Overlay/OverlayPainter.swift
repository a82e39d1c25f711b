import RoadScenes
import Video

/// Lays the class colours over the camera's picture, with a legend and, where wanted, a line of text.
///
/// Threading: one caller at a time.
package final class OverlayPainter {
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
                    classMap.bytes.withPointer {
                        tints.spread($0 + Int(drawn) * scale.sourceWidth, scale.columns, into: line.baseAddress!)
                    }
                }
                ClassTints.mix(picture, UnsafeBufferPointer(line), into: target, from: y * count)
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
