import Video

/// What a picture looks like, by which it is told whether another is nearly the same: written anew as JPEG, scaled, a little
/// brighter, or with a few percent of its edges cut off.
///
/// Two small gray pictures are compared: the signs of the differences between neighbouring tiles (a difference hash), which
/// light hardly changes, and the tiles themselves with the mean taken off and divided by their deviation, which tells apart
/// what only has the same structure. `docs/method.md` says how often it is wrong.
package struct PictureLikeness {
    /// Of 256 bits, those in which near-copies may differ.
    static let mostBits = 51
    /// The most that the normalised tiles of near-copies differ in the mean.
    static let mostDifference: Float = 0.25
    /// Pictures this alike are near-copies whatever the bits say: those of flat pictures are noise.
    static let sameDifference: Float = 0.05

    /// Shape: 16 rows of 16 bits, four rows each.
    private let bits: SIMD4<UInt64>
    /// Shape: 12 rows of 16.
    private let tiles: [Float]

    package init(_ picture: RGBImage) {
        let means = picture.luminance(columns: 17, rows: 16)
        var bits = SIMD4<UInt64>()
        for row in 0..<16 {
            for column in 0..<16 where means[row * 17 + column + 1] > means[row * 17 + column] {
                bits[row / 4] |= 1 << UInt64(row % 4 * 16 + column)
            }
        }
        self.bits = bits
        let small = picture.luminance(columns: 16, rows: 12)
        let mean = small.reduce(0, +) / Double(small.count)
        let deviation = (small.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(small.count)).squareRoot()
        // Two gray values more, so that the noise of a picture without anything in it stays small.
        tiles = small.map { Float(($0 - mean) / (deviation + 2)) }
    }

    /// Whether one picture was made of the other, or shows nearly the same moment.
    package func isNearCopy(of other: PictureLikeness) -> Bool {
        let different = bits ^ other.bits
        let count = (0..<4).reduce(0) { $0 + different[$1].nonzeroBitCount }
        let most = count <= Self.mostBits ? Self.mostDifference : Self.sameDifference
        var sum: Float = 0
        for index in tiles.indices {
            sum += abs(tiles[index] - other.tiles[index])
            // The sum only grows.
            if index & 31 == 31, sum > most * Float(tiles.count) { return false }
        }
        return sum <= most * Float(tiles.count)
    }
}
