import Video

/// Keeps labels from flickering: where the picture stays as it is, a pixel keeps its class until another one is surer than the
/// first, whose certainty fades.
///
/// Threading: one caller at a time; allocates nothing once it is made.
package final class SteadyLabels {
    /// The side of a tile. Units: pixels.
    private static let side = 4
    /// By how much a tile's mean may differ from the frame before, of 255, and still count as the same: noise and compression.
    private static let still: Int32 = 4
    /// What is left of a certainty from one frame to the next, of 256.
    private static let fade = 205

    private let width: Int
    private let height: Int
    private let columns: Int
    /// Sums of the green channel of the frame before. Shape: tile rows × tile columns.
    private var sums: [Int32]
    private var isStill: [Bool]
    /// Of the frame before. Shape: height × width.
    private var labels: [UInt8]
    private var certainties: [UInt8]
    private var hasFrame = false

    package init(width: Int, height: Int) {
        (self.width, self.height, columns) = (width, height, (width + Self.side - 1) / Self.side)
        let tiles = columns * ((height + Self.side - 1) / Self.side)
        (sums, isStill) = (Array(repeating: 0, count: tiles), Array(repeating: false, count: tiles))
        (labels, certainties) = (Array(repeating: 0, count: width * height), Array(repeating: 0, count: width * height))
    }

    /// Changes the class map of a frame to what it shows more steadily.
    ///
    /// - Parameter certainty: each pixel's probability of its class, 0…255 for 0…1.
    package func steady(_ classMap: GrayImage, _ certainty: GrayImage, of picture: RGBImage) {
        precondition(classMap.bytes.count == labels.count && certainty.bytes.count == labels.count, "maps of another size")
        compare(picture)
        let (map, sure) = (classMap.bytes, certainty.bytes)
        for y in 0..<height {
            let tiles = y / Self.side * columns
            for x in 0..<width {
                let pixel = y * width + x
                let (faded, value) = (UInt8(Int(certainties[pixel]) * Self.fade >> 8), sure[pixel])
                if map[pixel] == labels[pixel] {
                    certainties[pixel] = max(value, faded)
                } else if hasFrame, value < certainties[pixel], isStill[tiles + x / Self.side] {
                    map[pixel] = labels[pixel]
                    certainties[pixel] = faded
                } else {
                    labels[pixel] = map[pixel]
                    certainties[pixel] = value
                }
            }
        }
        hasFrame = true
    }

    private func compare(_ picture: RGBImage) {
        let bytes = picture.bytes
        for row in 0..<(height + Self.side - 1) / Self.side {
            let lines = row * Self.side..<min(height, (row + 1) * Self.side)
            for column in 0..<columns {
                let places = column * Self.side..<min(width, (column + 1) * Self.side)
                var sum: Int32 = 0
                for y in lines { for x in places { sum &+= Int32(bytes[(y * width + x) * 3 + 1]) } }
                let tile = row * columns + column
                isStill[tile] = abs(sum - sums[tile]) <= Self.still * Int32(lines.count * places.count)
                sums[tile] = sum
            }
        }
    }
}
