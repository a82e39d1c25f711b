import Foundation

/// Letters as pictures of coverage, scaled once to the height they are needed at.
///
/// Units: pixels; coverage 0…255.
package struct GlyphAtlas: Sendable {
    /// Letters as the font's drawing program left them.
    struct Drawing: Sendable {
        var height: Int
        var ascent: Int
        var widths: [Int]
        var base64: String
    }

    struct Glyph: Sendable {
        var width: Int
        /// Shape: height × width.
        var coverage: [UInt8]
    }

    static let firstCharacter = 32
    /// From the top of the highest letter to the bottom of the lowest.
    package let height: Int
    private let glyphs: [Glyph]

    package init(height: Int) { self.init(height: height, drawing: Self.aileron) }

    init(height: Int, drawing: Drawing) {
        precondition(height > 3, "letters \(height) pixels high")
        self.height = height
        let packed = Data(base64Encoded: drawing.base64, options: .ignoreUnknownCharacters) ?? Data()
        precondition(packed.count * 2 >= drawing.widths.reduce(0, +) * drawing.height, "the drawing is incomplete")
        var offset = 0
        glyphs = drawing.widths.map { width in
            let full = (offset..<offset + width * drawing.height).map { index -> Float in
                Float(index & 1 == 0 ? packed[index / 2] >> 4 : packed[index / 2] & 15) * 17
            }
            offset += width * drawing.height
            return Self.scaled(full, width: width, height: drawing.height, to: height)
        }
    }

    /// The picture of a character; of '?' where there is none.
    subscript(character: Character) -> Glyph {
        let index = Int(character.asciiValue ?? 0) - Self.firstCharacter
        return glyphs.indices.contains(index) ? glyphs[index] : glyphs[Int(UInt8(ascii: "?")) - Self.firstCharacter]
    }

    func width(of text: String) -> Int {
        text.reduce(0) { $0 + self[$1].width }
    }

    /// Averages over the area that each new pixel covers.
    private static func scaled(_ source: [Float], width: Int, height: Int, to newHeight: Int) -> Glyph {
        let factor = Float(height) / Float(newHeight)
        let newWidth = max(1, Int((Float(width) / factor).rounded()))
        let columns = weights(from: width, to: newWidth)
        let rows = weights(from: height, to: newHeight)
        var coverage = [UInt8](repeating: 0, count: newWidth * newHeight)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                var sum: Float = 0
                for (row, rowWeight) in rows[y] {
                    for (column, columnWeight) in columns[x] { sum += source[row * width + column] * rowWeight * columnWeight }
                }
                coverage[y * newWidth + x] = UInt8(min(255, sum.rounded()))
            }
        }
        return Glyph(width: newWidth, coverage: coverage)
    }

    private static func weights(from count: Int, to newCount: Int) -> [[(Int, Float)]] {
        let step = Float(count) / Float(newCount)
        return (0..<newCount).map { index in
            let from = Float(index) * step
            let to = from + step
            return (Int(from)..<min(count, Int(to.rounded(.up)))).map { source in
                (source, (min(to, Float(source + 1)) - max(from, Float(source))) / step)
            }
        }
    }
}
