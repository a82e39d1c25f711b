import RoadScenes
import Video

/// Where each tile of a frame was in the frame before: the shift at which that one looks most like it.
///
/// Tiles that nothing in the frame before looks like (uncovered, blurred, too fast) have none. The search is on luminance at half the
/// size. Source: full-search block matching, as in Barjatya, *Block matching algorithms for motion estimation* (2004).
package struct BlockMotion {
    /// Units: pixels of the half-size picture.
    private static let tile = 8
    private static let reach = 8
    /// The most by which luminance differs in the mean of a tile that counts as found again. Units: 0…255.
    private static let mostDifference = 6

    private let columns: Int
    private let rows: Int
    /// Units: pixels of the frames. Shape: rows × columns.
    private let shifts: [SIMD2<Int>?]

    /// - Parameters: frames of one size.
    package init(from before: RGBImage, to frame: RGBImage) {
        precondition(before.width == frame.width && before.height == frame.height, "frames of two sizes")
        let (width, height) = (max(1, frame.width / 2), max(1, frame.height / 2))
        let old = before.luminance(columns: width, rows: height).map { Int32($0) }
        let new = frame.luminance(columns: width, rows: height).map { Int32($0) }
        (columns, rows) = (width / Self.tile, height / Self.tile)
        var shifts: [SIMD2<Int>?] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let corner = SIMD2(column, row) &* Self.tile
                shifts.append(Self.shift(of: corner, in: new, from: old, width: width, height: height).map { $0 &* 2 })
            }
        }
        self.shifts = shifts
    }

    /// The shift that fits best, the smallest of those that fit alike; nil where none does.
    private static func shift(
        of corner: SIMD2<Int>, in new: [Int32], from old: [Int32], width: Int, height: Int
    ) -> SIMD2<Int>? {
        var best: (difference: Int32, shift: SIMD2<Int>)? = nil
        let most = Int32(mostDifference * tile * tile)
        for shift in nearestFirst {
            let from = corner &+ shift
            guard from.x >= 0, from.y >= 0, from.x + tile <= width, from.y + tile <= height else { continue }
            let limit = best?.difference ?? most + 1
            var difference: Int32 = 0
            for y in 0..<tile where difference < limit {
                let (here, there) = ((corner.y + y) * width + corner.x, (from.y + y) * width + from.x)
                for x in 0..<tile { difference += abs(new[here + x] - old[there + x]) }
            }
            if difference < limit { best = (difference, shift) }
        }
        return best?.shift
    }

    /// All shifts within reach, the smallest first.
    private static let nearestFirst: [SIMD2<Int>] = (-reach...reach).flatMap { y in (-reach...reach).map { SIMD2($0, y) } }
        .enumerated().sorted { left, right in
            let (a, b) = ((left.element &* left.element).wrappedSum(), (right.element &* right.element).wrappedSum())
            return (a, left.offset) < (b, right.offset)
        }.map(\.element)

    /// Of the pixels that were found again, how many have the same class in both frames. Void never counts.
    ///
    /// - Parameters: class maps of the frames.
    package func agreement(_ before: GrayImage, _ labels: GrayImage) -> (same: Int, compared: Int) {
        var (same, compared) = (0, 0)
        let (old, new, width) = (before.bytes, labels.bytes, labels.width)
        let side = 2 * Self.tile
        for row in 0..<rows {
            for column in 0..<columns {
                guard let shift = shifts[row * columns + column] else { continue }
                for y in row * side..<(row + 1) * side {
                    for x in column * side..<(column + 1) * side {
                        let (here, there) = (new[y * width + x], old[(y + shift.y) * width + x + shift.x])
                        if here == ClassSet.void || there == ClassSet.void { continue }
                        compared += 1
                        if here == there { same += 1 }
                    }
                }
            }
        }
        return (same, compared)
    }
}
