import RoadScenes
import Video

/// The classes' colours as they lie over a picture: how much of each shows, and how much of the picture is left.
package struct ClassTints: Sendable {
    /// How much of the class colour shows, of 256.
    private static let opacity = 118

    /// Shape: 256 × 3; each class's colour times its opacity.
    private let tints: [UInt8]

    /// - Parameter palette: red, green, blue of each class index, 256 × 3; an index that is black darkens the picture.
    package init(palette: [UInt8]) {
        precondition(palette.count == 768, "a palette of \(palette.count) bytes")
        tints = palette.map { UInt8(Int($0) * Self.opacity / 256) }
    }

    /// A picture with the colours of a class map of the same size over it.
    package func lay(_ labels: GrayImage, over picture: RGBImage) -> RGBImage {
        precondition(picture.width == labels.width && picture.height == labels.height, "labels of another size")
        let painted = RGBImage(width: picture.width, height: picture.height)
        var line = [UInt8](repeating: 0, count: picture.width * 3)
        let columns = (0..<picture.width).map { Int32($0) }
        line.withUnsafeMutableBufferPointer { line in
            for y in 0..<picture.height {
                labels.bytes.withPointer { spread($0 + y * labels.width, columns, into: line.baseAddress!) }
                Self.mix(picture, UnsafeBufferPointer(line), into: painted, from: y * line.count)
            }
        }
        return painted
    }

    /// The colours of one row of a class map.
    ///
    /// - Parameter columns: the column of `classes` under each pixel of `line`.
    func spread(_ classes: UnsafePointer<UInt8>, _ columns: [Int32], into line: UnsafeMutablePointer<UInt8>) {
        columns.withUnsafeBufferPointer { columns in
            tints.withUnsafeBufferPointer { tints in
                for x in 0..<columns.count {
                    let tint = Int(classes[Int(columns[x])]) &* 3
                    line[x &* 3] = tints[tint]
                    line[x &* 3 &+ 1] = tints[tint &+ 1]
                    line[x &* 3 &+ 2] = tints[tint &+ 2]
                }
            }
        }
    }

    /// Mixes the colours of one row with the pictures' bytes from `start` on.
    static func mix(_ picture: RGBImage, _ line: UnsafeBufferPointer<UInt8>, into target: RGBImage, from start: Int) {
        picture.bytes.withPointer { from in
            target.bytes.withPointer { to in mix(from + start, line.baseAddress!, to + start, line.count) }
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
}
