import Video

/// A small gray picture of a frame, by which frames are told apart.
///
/// Shape: 12 rows of 16 bytes.
public enum FrameSignature {
    static let width = 16
    static let height = 12

    /// Means over the frame's tiles.
    public static func of(_ frame: RGBImage) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: width * height)
        withExtendedLifetime(frame) {
            for row in 0..<height {
                for column in 0..<width { signature[row * width + column] = tile(frame, row, column) }
            }
        }
        return signature
    }

    /// Mean absolute difference, 0…1; 1 for signatures of another shape.
    public static func difference(_ first: [UInt8], _ second: [UInt8]) -> Double {
        guard first.count == second.count, !first.isEmpty else { return 1 }
        var sum = 0
        for index in first.indices { sum += abs(Int(first[index]) - Int(second[index])) }
        return Double(sum) / Double(first.count * 255)
    }

    /// The difference to the most similar of them; nil where there are none.
    public static func nearest(_ signature: [UInt8], _ others: some Sequence<[UInt8]>) -> Double? {
        others.lazy.map { difference(signature, $0) }.min()
    }

    private static func tile(_ frame: RGBImage, _ row: Int, _ column: Int) -> UInt8 {
        let rows = span(row, of: height, frame.height)
        let columns = span(column, of: width, frame.width)
        var sum = 0
        for y in rows {
            let line = frame.bytes.baseAddress! + y * frame.rowBytes
            for x in columns { sum += 77 * Int(line[3 * x]) + 150 * Int(line[3 * x + 1]) + 29 * Int(line[3 * x + 2]) }
        }
        return UInt8(sum / (256 * rows.count * columns.count))
    }

    /// At least one pixel, also in frames smaller than the signature.
    private static func span(_ index: Int, of count: Int, _ length: Int) -> Range<Int> {
        let start = min(index * length / count, length - 1)
        return start..<max(start + 1, (index + 1) * length / count)
    }
}
