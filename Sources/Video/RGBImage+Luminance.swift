extension RGBImage {
    /// Mean luminance (Rec. 601) of the picture's tiles: a small gray picture of it.
    ///
    /// Shape: rows × columns. Units: 0…255.
    public func luminance(columns: Int, rows: Int) -> [Double] {
        var means = [Double](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                means[row * columns + column] = luminance(
                    of: Self.span(row, of: rows, height), Self.span(column, of: columns, width))
            }
        }
        return means
    }

    private func luminance(of rows: Range<Int>, _ columns: Range<Int>) -> Double {
        let sum = bytes.withPointer { start in
            var sum = 0
            for y in rows {
                let line = start + y * rowBytes
                for x in columns { sum += 77 * Int(line[3 * x]) + 150 * Int(line[3 * x + 1]) + 29 * Int(line[3 * x + 2]) }
            }
            return sum
        }
        return Double(sum) / Double(256 * rows.count * columns.count)
    }

    /// At least one pixel, also in pictures with fewer pixels than tiles.
    private static func span(_ index: Int, of count: Int, _ length: Int) -> Range<Int> {
        let start = min(index * length / count, length - 1)
        return start..<max(start + 1, (index + 1) * length / count)
    }
}
