import RoadScenes
import Video

/// Finds the plain black bars that some cameras and editors lay around a picture.
///
/// What is black in every frame so far is a bar; a dark frame alone says nothing.
struct BlackBars: Equatable {
    /// The largest value of a channel that counts as black: compression leaves a little noise.
    private static let black: UInt8 = 12
    /// Thinner ones are the codec's edge; of the side.
    private static let least = 0.02
    /// A frame of which less than this part of a side is lit is a dark one.
    private static let leastLit = 0.5

    /// Rows and columns at the edges of the frame. Units: pixels of the network's picture.
    private(set) var top = 0
    private(set) var bottom = 0
    private(set) var left = 0
    private(set) var right = 0
    private var hasSeen = false

    /// Looks at a frame; true where the bars have changed.
    mutating func look(at picture: RGBImage, _ region: PixelRegion) -> Bool {
        let before = self
        // Bars only ever get smaller: without any there is nothing to look for.
        if hasSeen && top + bottom + left + right == 0 { return false }
        let rows = Self.edges(region.height) { Self.isBlackRow(picture, region.top + $0, region) }
        let columns = Self.edges(region.width) { Self.isBlackColumn(picture, region.left + $0, region) }
        guard let rows, let columns, Self.isLit(region.height, rows), Self.isLit(region.width, columns) else { return false }
        if hasSeen {
            (top, bottom, left, right) = (min(top, rows.0), min(bottom, rows.1), min(left, columns.0), min(right, columns.1))
        } else {
            (top, bottom, left, right) = (rows.0, rows.1, columns.0, columns.1)
        }
        hasSeen = true
        let (high, wide) = (Int(Double(region.height) * Self.least), Int(Double(region.width) * Self.least))
        (top, bottom) = (top > high ? top : 0, bottom > high ? bottom : 0)
        (left, right) = (left > wide ? left : 0, right > wide ? right : 0)
        return (top, bottom, left, right) != (before.top, before.bottom, before.left, before.right)
    }

    /// How many lines from the first and from the last on are black; nil where all are.
    private static func edges(_ count: Int, _ isBlack: (Int) -> Bool) -> (Int, Int)? {
        guard let first = (0..<count).first(where: { !isBlack($0) }), let last = (0..<count).last(where: { !isBlack($0) }) else {
            return nil
        }
        return (first, count - 1 - last)
    }

    private static func isLit(_ count: Int, _ bars: (Int, Int)) -> Bool {
        Double(count - bars.0 - bars.1) >= leastLit * Double(count)
    }

    private static func isBlackRow(_ picture: RGBImage, _ y: Int, _ region: PixelRegion) -> Bool {
        let (bytes, start) = (picture.bytes, (y * picture.width + region.left) * 3)
        for value in start..<start + region.width * 3 where bytes[value] > black { return false }
        return true
    }

    private static func isBlackColumn(_ picture: RGBImage, _ x: Int, _ region: PixelRegion) -> Bool {
        let bytes = picture.bytes
        for y in region.top..<region.top + region.height {
            let pixel = (y * picture.width + x) * 3
            if max(bytes[pixel], bytes[pixel + 1], bytes[pixel + 2]) > black { return false }
        }
        return true
    }
}
