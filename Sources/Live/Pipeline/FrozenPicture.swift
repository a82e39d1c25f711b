import Video

/// Notices that a source gives the same picture again and again, as a camera does that hangs.
///
/// A sparse grid of the frame is compared with the same grid of the frame since which nothing has changed. Few points may
/// differ a little, as an encoder's key frames and a clock painted into the picture do; a camera's noise is more.
///
/// Threading: the reader's.
package struct FrozenPicture {
    /// Distances in the grid.
    package static let columnStep = 7
    package static let rowStep = 5
    /// Units: steps of 255.
    package static let sameWithin = 3
    /// The part of the points that may differ.
    package static let mostDifferent = 0.005

    package init() {}

    private var reference: [UInt8] = []
    private var since = Duration.zero

    /// How long the picture has been the same at `now`.
    package mutating func unchanged(_ picture: RGBImage, at now: Duration) -> Duration {
        let grid = Self.grid(picture)
        if Self.isSame(grid, reference) { return now - since }
        (reference, since) = (grid, now)
        return .zero
    }

    private static func grid(_ picture: RGBImage) -> [UInt8] {
        picture.bytes.withPointer { start in
            var grid: [UInt8] = []
            grid.reserveCapacity((picture.width / columnStep + 1) * (picture.height / rowStep + 1))
            for row in stride(from: 0, to: picture.height, by: rowStep) {
                let line = start + row * picture.rowBytes
                // Green has most of the light.
                for column in stride(from: row % columnStep, to: picture.width, by: columnStep) {
                    grid.append(line[3 * column + 1])
                }
            }
            return grid
        }
    }

    private static func isSame(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        var left = Int(Double(first.count) * mostDifferent)
        for index in first.indices where abs(Int(first[index]) - Int(second[index])) > sameWithin {
            left -= 1
            if left < 0 { return false }
        }
        return true
    }
}
