import Video

/// A small picture with transparency that is laid over a frame: a dark glass with text and colour swatches.
///
/// Shape: height × width × 3, for both arrays.
package struct Panel: Sendable {
    let width: Int
    let height: Int
    /// What the panel adds.
    private(set) var light: [UInt8]
    /// What it leaves of the frame below, 0…255.
    private(set) var clear: [UInt8]

    package init(width: Int, height: Int, darkness: UInt8 = 165) {
        (self.width, self.height) = (width, height)
        light = Array(repeating: 0, count: width * height * 3)
        clear = Array(repeating: 255 - darkness, count: width * height * 3)
    }

    /// Becomes what `other` of the same size is, without allocating.
    mutating func copy(_ other: Panel) {
        precondition(other.light.count == light.count, "a panel of another size")
        light.withUnsafeMutableBufferPointer { _ = $0.update(from: other.light) }
        clear.withUnsafeMutableBufferPointer { _ = $0.update(from: other.clear) }
    }

    /// An opaque rectangle.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, color: [UInt8]) {
        for row in y..<y + height where (0..<self.height).contains(row) {
            for column in x..<x + width where (0..<self.width).contains(column) {
                for channel in 0..<3 {
                    light[(row * self.width + column) * 3 + channel] = color[channel]
                    clear[(row * self.width + column) * 3 + channel] = 0
                }
            }
        }
    }

    /// Near-white text; what does not fit is cut off. Returns where it ended.
    @discardableResult
    package mutating func write(_ text: String, x: Int, y: Int, _ atlas: GlyphAtlas) -> Int {
        var left = x
        for character in text {
            let glyph = atlas[character]
            guard left + glyph.width <= width, y >= 0, y + atlas.height <= height else { break }
            for row in 0..<atlas.height {
                for column in 0..<glyph.width {
                    let covered = Int(glyph.coverage[row * glyph.width + column])
                    if covered == 0 { continue }
                    let place = ((y + row) * width + left + column) * 3
                    for channel in place..<place + 3 {
                        light[channel] = UInt8((Int(light[channel]) * (255 - covered) + 240 * covered) / 255)
                        clear[channel] = UInt8(Int(clear[channel]) * (255 - covered) / 255)
                    }
                }
            }
            left += glyph.width
        }
        return left
    }

    /// Lays the panel over `picture`; what lies outside is cut off.
    package func lay(over picture: RGBImage, x: Int, y: Int) {
        let columns = min(width, picture.width - x) * 3
        guard x >= 0, columns > 0 else { return }
        for row in 0..<height where (0..<picture.height).contains(y + row) {
            let place = ((y + row) * picture.width + x) * 3
            picture.bytes.withPointer { lay(row, columns, over: $0 + place) }
        }
    }

    private func lay(_ row: Int, _ columns: Int, over target: UnsafeMutablePointer<UInt8>) {
        let start = row * width * 3
        light.withUnsafeBufferPointer { light in
            clear.withUnsafeBufferPointer { clear in
                for index in 0..<columns {
                    let kept = (UInt16(target[index]) &* UInt16(clear[start &+ index]) &+ 128) / 255
                    target[index] = UInt8(truncatingIfNeeded: kept &+ UInt16(light[start &+ index]))
                }
            }
        }
    }
}
