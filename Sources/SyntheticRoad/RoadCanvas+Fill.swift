extension RoadCanvas {
    /// Calls `span` with row, first and last column of every run of samples within the convex outline.
    @inline(__always)
    func scan(_ span: (Int, Int, Int) -> Void) {
        projectedOutline.withUnsafeBufferPointer { points in
            var (top, bottom) = (points[0].y, points[0].y)
            for point in points { (top, bottom) = (min(top, point.y), max(bottom, point.y)) }
            let firstRow = max(0, Int(max(top, -1).rounded(.up)))
            let lastRow = min(rows - 1, Int(min(bottom, Float(rows) + 1).rounded(.up)) - 1)
            guard firstRow <= lastRow else { return }
            for row in firstRow...lastRow {
                let y = Float(row)
                var (left, right) = (Float.infinity, -Float.infinity)
                var previous = points[points.count - 1]
                for point in points {
                    if (point.y <= y) != (previous.y <= y) {
                        // Always from the upper end, so that neighbours meet without gap or overlap.
                        let (upper, lower) = point.y <= previous.y ? (point, previous) : (previous, point)
                        let x = upper.x + (y - upper.y) * ((lower.x - upper.x) / (lower.y - upper.y))
                        (left, right) = (min(left, x), max(right, x))
                    }
                    previous = point
                }
                let first = max(0, Int(max(left, -1).rounded(.up)))
                let last = min(columns - 1, Int(min(right, Float(columns) + 1).rounded(.up)) - 1)
                if left <= right, first <= last { span(row, first, last) }
            }
        }
    }

    @inline(__always)
    func fillSolid(_ row: Int, _ first: Int, _ last: Int, _ index: Int32, _ surface: UnsafePointer<RoadSurface>) {
        let plane = surface.pointee.inverseDepth
        let start = plane.y * Float(row) + plane.z
        let (depths, ids) = (nearness + row * columns, seen + row * columns)
        for column in first...last {
            let near = start + plane.x * Float(column)
            if near > depths[column] {
                depths[column] = near
                ids[column] = index
            }
        }
    }

    @inline(__always)
    func fillCutOut(_ row: Int, _ first: Int, _ last: Int, _ index: Int32, _ surface: UnsafePointer<RoadSurface>) {
        let (plane, across, up) = (surface.pointee.inverseDepth, surface.pointee.u, surface.pointee.v)
        let y = Float(row)
        let (depths, ids) = (nearness + row * columns, seen + row * columns)
        for column in first...last {
            let x = Float(column)
            let near = plane.x * x + plane.y * y + plane.z
            guard near > depths[column] else { continue }
            let u = (across.x * x + across.y * y + across.z) / near
            let v = (up.x * x + up.y * y + up.z) / near
            guard RoadShader.isSolid(surface.pointee.paint, u, v) else { continue }
            depths[column] = near
            ids[column] = index
        }
    }
}
