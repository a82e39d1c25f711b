/// The visible part of the road, seen from the camera's place: x to the right, y up, z ahead, along the road at the camera.
///
/// Units: metres; `along` counts from the camera, `aside` from the road's centre line to the right.
struct RoadStretch {
    static let behind = 24
    static let ahead = 260
    private var points: [SIMD3<Float>] = []
    private var rights: [SIMD3<Float>] = []
    private var offset: Float = 0
    /// The camera's distance along the whole road and the road's heading there.
    private(set) var origin = 0.0
    private(set) var heading = 0.0

    /// Lays the stretch anew; its samples lie at whole metres of the whole road, so that nothing swims.
    mutating func lay(along course: RoadCourse, from distance: Double) {
        points.removeAll(keepingCapacity: true)
        rights.removeAll(keepingCapacity: true)
        origin = distance
        heading = course.heading(at: distance)
        let first = distance.rounded(.down) - Double(Self.behind)
        offset = Float(distance - first)
        let level = course.elevation(at: distance)
        var x = 0.0
        var z = 0.0
        for step in 0...(Self.behind + Self.ahead) {
            let place = first + Double(step)
            let turn = course.heading(at: place) - heading
            points.append(SIMD3(Float(x), Float(course.elevation(at: place) - level), Float(z)))
            rights.append(SIMD3(Float(PortableMath.cosine(turn)), 0, -Float(PortableMath.sine(turn))))
            let middle = course.heading(at: place + 0.5) - heading
            x += PortableMath.sine(middle)
            z += PortableMath.cosine(middle)
        }
        let here = centre(0)
        for index in points.indices { points[index] -= here }
    }

    private func centre(_ along: Float) -> SIMD3<Float> {
        let position = clamp(along + offset, 0, Float(points.count) - 1.001)
        let index = Int(position)
        return mix(points[index], points[index + 1], position - Float(index))
    }

    /// Across the road, to the right.
    func right(_ along: Float) -> SIMD3<Float> {
        let position = clamp(along + offset, 0, Float(points.count) - 1.001)
        let index = Int(position)
        return mix(rights[index], rights[index + 1], position - Float(index))
    }

    func forward(_ along: Float) -> SIMD3<Float> {
        let right = right(along)
        return SIMD3(-right.z, 0, right.x)
    }

    func place(_ along: Float, _ aside: Float, _ up: Float = 0) -> SIMD3<Float> {
        let across = right(along) * aside
        return centre(along) + across + SIMD3(0, up, 0)
    }

    /// What a place of the whole road is called here.
    func along(_ distance: Double) -> Float {
        Float(distance - origin)
    }
}
