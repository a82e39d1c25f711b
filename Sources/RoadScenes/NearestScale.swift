import Video

/// Brings a region of a class map to another size without inventing classes: every pixel takes its nearest neighbour's index.
///
/// Shape: source and target as given at `init`.
package struct NearestScale: Sendable {
    /// Of the source: what is shown.
    package let region: PixelRegion
    package let sourceWidth: Int
    package let sourceHeight: Int
    package let width: Int
    package let height: Int
    /// The source column of each target column.
    package let columns: [Int32]
    /// The source row of each target row.
    package let rows: [Int32]

    /// - Parameter region: of the source; all of it where nil.
    package init(
        from source: (width: Int, height: Int), _ region: PixelRegion? = nil, to target: (width: Int, height: Int)
    ) {
        (sourceWidth, sourceHeight) = source
        (width, height) = target
        let region = region ?? PixelRegion(width: source.width, height: source.height)
        self.region = region
        columns = Self.nearest(region.left, region.width, target.width)
        rows = Self.nearest(region.top, region.height, target.height)
    }

    package func draw(_ source: GrayImage, into target: GrayImage) {
        precondition(source.width == sourceWidth && source.height == sourceHeight, "a map of another size")
        precondition(target.width == width && target.height == height, "a target of another size")
        source.bytes.withPointer { from in target.bytes.withPointer { to in draw(from, into: to) } }
    }

    /// A map at another size; the map itself where it has that already.
    package static func scaled(_ map: GrayImage, width: Int, height: Int) -> GrayImage {
        if map.width == width, map.height == height { return map }
        let result = GrayImage(width: width, height: height)
        NearestScale(from: (map.width, map.height), to: (width, height)).draw(map, into: result)
        return result
    }

    private func draw(_ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) {
        columns.withUnsafeBufferPointer { columns in
            var drawn: Int32 = -1
            for y in 0..<height {
                let line = target + y * width
                if rows[y] == drawn {
                    line.update(from: line - width, count: width)
                    continue
                }
                drawn = rows[y]
                let from = source + Int(drawn) * sourceWidth
                if width == sourceWidth && columns[0] == 0 && columns[width - 1] == width - 1 {
                    line.update(from: from, count: width)
                } else {
                    for x in 0..<width { line[x] = from[Int(columns[x])] }
                }
            }
        }
    }

    /// The source pixel under each target pixel's centre.
    private static func nearest(_ first: Int, _ source: Int, _ target: Int) -> [Int32] {
        (0..<target).map { Int32(first + min(source - 1, (2 * $0 + 1) * source / (2 * target))) }
    }
}
