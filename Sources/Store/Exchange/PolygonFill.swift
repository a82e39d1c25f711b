import Video

/// Polygons as labeling tools draw them, in pixels.
enum PolygonFill {
    /// Gives the pixels whose centres lie inside a label. Fewer than three corners have none.
    ///
    /// - Parameter corners: x, y, x, y, …
    /// - Returns: false where a corner is no place near the picture.
    static func paint(_ corners: [Double], _ label: UInt8, into labels: GrayImage) -> Bool {
        let points = stride(from: 0, to: corners.count - 1, by: 2).map { (x: corners[$0], y: corners[$0 + 1]) }
        guard corners.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else { return false }
        guard points.count >= 3 else { return true }
        for row in 0..<labels.height {
            let y = Double(row) + 0.5
            var crossings: [Double] = []
            for index in points.indices {
                let (from, to) = (points[index], points[(index + 1) % points.count])
                guard (from.y <= y) != (to.y <= y) else { continue }
                crossings.append(from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x))
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                let first = max(0, Int((crossings[pair] - 0.5).rounded(.up)))
                let last = min(labels.width - 1, Int((crossings[pair + 1] - 0.5).rounded(.up)) - 1)
                if first <= last { for column in first...last { labels.bytes[row * labels.width + column] = label } }
            }
        }
        return true
    }
}
