/// How a stored picture is turned and mirrored to be shown, in quarter turns.
struct Orientation: Equatable {
    /// Displayed columns are stored rows.
    var swapsAxes: Bool
    /// Displayed left to right reads stored pixels from right to left (bottom to top where axes are swapped).
    var reversesX: Bool
    /// Displayed top to bottom reads stored pixels from bottom to top (right to left where axes are swapped).
    var reversesY: Bool

    static let upright = Orientation(swapsAxes: false, reversesX: false, reversesY: false)

    private init(swapsAxes: Bool, reversesX: Bool, reversesY: Bool) {
        (self.swapsAxes, self.reversesX, self.reversesY) = (swapsAxes, reversesX, reversesY)
    }

    /// The nearest quarter turn to FFmpeg's 3×3 display matrix: x' = a x + c y, y' = b x + d y.
    init(matrix: UnsafePointer<Int32>) {
        let (a, b, c, d) = (matrix[0], matrix[1], matrix[3], matrix[4])
        swapsAxes = a.magnitude < b.magnitude
        reversesX = swapsAxes ? c < 0 : a < 0
        reversesY = swapsAxes ? b < 0 : d < 0
    }

    /// EXIF's number, 1…8: where the stored first row and first column are shown. Nil for any other.
    init?(exif number: Int) {
        guard (1...8).contains(number) else { return nil }
        swapsAxes = number >= 5
        reversesX = [2, 3, 6, 7].contains(number)
        reversesY = [3, 4, 7, 8].contains(number)
    }

    /// Copies RGB pixels from their stored to their displayed places.
    ///
    /// Shape: `source` has the stored size, rows `sourceRowBytes` apart; `destination` rows have no padding.
    func place(_ source: UnsafePointer<UInt8>, sourceRowBytes: Int, into destination: RGBImage) {
        let (width, height) = (destination.width, destination.height)
        // Steps in the source for one step right and one step down in the destination.
        var right = swapsAxes ? sourceRowBytes : 3
        var down = swapsAxes ? 3 : sourceRowBytes
        var start = 0
        if reversesX {
            start += (width - 1) * right
            right = -right
        }
        if reversesY {
            start += (height - 1) * down
            down = -down
        }
        destination.bytes.withPointer { first in
            var to = first
            for row in 0..<height {
                var from = source + start + row * down
                if right == 3 {
                    to.update(from: from, count: width * 3)
                    to += width * 3
                    continue
                }
                for _ in 0..<width {
                    (to[0], to[1], to[2]) = (from[0], from[1], from[2])
                    to += 3
                    from += right
                }
            }
        }
    }

    /// A label picture as it is shown; the same object where that is how it is stored.
    func turned(_ stored: GrayImage) -> GrayImage {
        if self == .upright { return stored }
        let shown = GrayImage(
            width: swapsAxes ? stored.height : stored.width, height: swapsAxes ? stored.width : stored.height)
        for row in 0..<shown.height {
            let y = reversesY ? shown.height - 1 - row : row
            for column in 0..<shown.width {
                let x = reversesX ? shown.width - 1 - column : column
                shown.bytes[row * shown.width + column] = stored.bytes[(swapsAxes ? x : y) * stored.width + (swapsAxes ? y : x)]
            }
        }
        return shown
    }
}
