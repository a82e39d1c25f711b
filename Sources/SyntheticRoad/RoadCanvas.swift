/// Finds the nearest surface of every sample: projects, clips and fills flat surfaces into a depth buffer.
///
/// Samples lie half a pixel apart; sample (2i+1, 2j+1) is the centre of pixel (i, j), so labels need no rounding while
/// colours can be averaged over a pixel's nine samples.
// Pointers: four buffers of columns × rows, owned here, allocated in `init` and freed in `deinit`.
final class RoadCanvas {
    let width: Int
    let height: Int
    let columns: Int
    let rows: Int
    /// The index of the surface seen at each sample; -1 is the sky.
    let seen: UnsafeMutablePointer<Int32>
    /// 1/depth of each sample.
    let nearness: UnsafeMutablePointer<Float>
    /// How dark the shadow on each sample is, 0…255; counts on the ground only.
    let shadow: UnsafeMutablePointer<UInt8>
    private(set) var surfaces: ContiguousArray<RoadSurface> = []

    /// Samples per unit of direction, and the sample of the optical axis.
    private let scale: Float
    private let centre: SIMD2<Float>
    private var corners: ContiguousArray<SIMD3<Float>> = []
    private var clipped: ContiguousArray<SIMD3<Float>> = []
    private(set) var projectedOutline: ContiguousArray<SIMD2<Float>> = []
    private var position = SIMD3<Float>()
    private var axes = (SIMD3<Float>(1, 0, 0), SIMD3<Float>(0, 1, 0), SIMD3<Float>(0, 0, 1))
    private static let near: Float = 0.25

    init(width: Int, height: Int, focalLength: Float) {
        self.width = width
        self.height = height
        columns = 2 * width + 1
        rows = 2 * height + 1
        scale = 2 * focalLength * Float(width)
        centre = SIMD2(Float(width), Float(height))
        seen = .allocate(capacity: columns * rows)
        nearness = .allocate(capacity: columns * rows)
        shadow = .allocate(capacity: columns * rows)
        surfaces.reserveCapacity(8192)
    }

    deinit {
        seen.deallocate()
        nearness.deallocate()
        shadow.deallocate()
    }

    /// Forgets the last frame and takes the camera's place; the angles are in radians, pitch downwards.
    func clear(position: SIMD3<Float>, yaw: Float, pitch: Float, roll: Float) {
        seen.update(repeating: -1, count: columns * rows)
        nearness.update(repeating: 0, count: columns * rows)
        shadow.update(repeating: 0, count: columns * rows)
        surfaces.removeAll(keepingCapacity: true)
        self.position = position
        func turn(_ angle: Float) -> (Float, Float) {
            (Float(PortableMath.cosine(Double(angle))), Float(PortableMath.sine(Double(angle))))
        }
        let (cy, sy) = turn(yaw)
        let (cp, sp) = turn(pitch)
        let (cr, sr) = turn(roll)
        let ahead = SIMD3(sy * cp, -sp, cy * cp)
        let right = SIMD3(cy, 0, -sy)
        let up = cross(ahead, right)
        axes = (right * cr + up * sr, up * cr - right * sr, ahead)
    }

    @inline(__always)
    private func turned(_ vector: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(dot(vector, axes.0), dot(vector, axes.1), dot(vector, axes.2))
    }

    /// The place a sample looks at, as a direction in the stretch's axes; its third camera coordinate is 1.
    @inline(__always)
    func direction(column: Float, row: Float) -> SIMD3<Float> {
        axes.0 * ((column - centre.x) / scale) + axes.1 * ((centre.y - row) / scale) + axes.2
    }

    /// The sample that a point is seen at and its depth; nil behind the camera.
    func project(_ point: SIMD3<Float>) -> (column: Float, row: Float, depth: Float)? {
        let seen = turned(point - position)
        guard seen.z > Self.near else { return nil }
        return (centre.x + scale * seen.x / seen.z, centre.y - scale * seen.y / seen.z, seen.z)
    }

    /// The size in samples of a metre at a depth.
    func samples(perMetreAt depth: Float) -> Float { scale / depth }

    /// Fills the flat convex polygon of the points origin + u·across + v·up; `light` is what falls on it.
    func fill(
        _ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, _ polygon: UnsafeBufferPointer<SIMD2<Float>>,
        _ paint: RoadPaint, light: SIMD3<Float>
    ) {
        guard let surface = see(origin, across, up, polygon) else { return }
        surfaces.append(RoadSurface(inverseDepth: surface.0, u: surface.1, v: surface.2, light: light, paint: paint))
        let index = Int32(surfaces.count - 1)
        surfaces.withUnsafeBufferPointer { all in
            let surface = all.baseAddress! + Int(index)
            if paint.material.isCutOut {
                scan { fillCutOut($0, $1, $2, index, surface) }
            } else {
                scan { fillSolid($0, $1, $2, index, surface) }
            }
        }
    }

    /// Darkens the ground within a polygon that lies on it; `soft` fades the shadow towards u, v = ±1.
    func shade(
        _ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, _ polygon: UnsafeBufferPointer<SIMD2<Float>>,
        darkness: Float, soft: Bool
    ) {
        guard let plane = see(origin, across, up, polygon) else { return }
        scan { row, first, last in
            for column in first...last {
                let (x, y) = (Float(column), Float(row))
                var strength = darkness
                if soft {
                    let depth = 1 / (plane.0.x * x + plane.0.y * y + plane.0.z)
                    let u = (plane.1.x * x + plane.1.y * y + plane.1.z) * depth
                    let v = (plane.2.x * x + plane.2.y * y + plane.2.z) * depth
                    strength *= clamp((1 - u * u) * 2.2) * clamp((1 - v * v) * 2.2)
                }
                let value = UInt8(clamp(strength) * 255)
                let place = row * columns + column
                if value > shadow[place] { shadow[place] = value }
            }
        }
    }

    /// Projects a polygon into `projectedOutline` and returns its planes; nil where nothing of it is to be seen.
    private func see(
        _ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, _ polygon: UnsafeBufferPointer<SIMD2<Float>>
    ) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)? {
        let p = turned(origin - position)
        let (a, b) = (turned(across), turned(up))
        corners.removeAll(keepingCapacity: true)
        for point in polygon { corners.append(p + a * point.x + b * point.y) }
        guard clip() else { return nil }
        let normal = cross(a, b)
        let distance = dot(normal, p)
        // Seen edge-on (or degenerate) it covers nothing.
        guard abs(distance) > 1e-6 else { return nil }
        let square = dot(normal, normal)
        let (du, dv) = (cross(b, normal) / square, cross(normal, a) / square)
        let inverse = plane(normal / distance)
        // u/depth = du·d − (du·p)/depth, the same for v.
        return (inverse, plane(du) - inverse * dot(du, p), plane(dv) - inverse * dot(dv, p))
    }

    /// A function that is linear in the viewing direction, as a plane over the samples.
    @inline(__always)
    private func plane(_ slope: SIMD3<Float>) -> SIMD3<Float> {
        let (x, y) = (slope.x / scale, -slope.y / scale)
        return SIMD3(x, y, slope.z - x * centre.x - y * centre.y)
    }

    /// Cuts off what lies behind the camera and projects the rest; false where nothing is left within the picture.
    private func clip() -> Bool {
        clipped.removeAll(keepingCapacity: true)
        var previous = corners[corners.count - 1]
        for corner in corners {
            if (corner.z > Self.near) != (previous.z > Self.near) {
                // From the inner to the outer point, so that neighbours cut a common edge at the same place.
                let (inner, outer) = corner.z > Self.near ? (corner, previous) : (previous, corner)
                clipped.append(inner + (outer - inner) * ((inner.z - Self.near) / (inner.z - outer.z)))
            }
            if corner.z > Self.near { clipped.append(corner) }
            previous = corner
        }
        guard clipped.count >= 3 else { return false }
        projectedOutline.removeAll(keepingCapacity: true)
        var low = SIMD2<Float>(repeating: .infinity)
        var high = SIMD2<Float>(repeating: -.infinity)
        for corner in clipped {
            let point = SIMD2(centre.x + scale * corner.x / corner.z, centre.y - scale * corner.y / corner.z)
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
            projectedOutline.append(point)
        }
        return high.x >= 0 && high.y >= 0 && low.x < Float(columns) && low.y < Float(rows)
    }
}
