/// Puts one frame's things in front of the camera; its extensions know what the things look like.
final class RoadScene {
    /// A light that dazzles: where, how bright, how far it spreads.
    struct Glow {
        var point: SIMD3<Float>
        var color: SIMD3<Float>
        var radius: Float
    }

    let plan: RoadPlan
    let light: RoadLight
    let canvas: RoadCanvas
    private(set) var stretch = RoadStretch()
    private(set) var eye = SIMD3<Float>()
    private(set) var sun = SIMD3<Float>(0, 1, 0)
    private(set) var time = 0.0
    /// What is added to places along the stretch so that textures stay where they are on the whole road.
    private(set) var texturePhase: Float = 0
    var glows: [Glow] = []
    private var corners: ContiguousArray<SIMD2<Float>> = []

    init(plan: RoadPlan, light: RoadLight, canvas: RoadCanvas) {
        self.plan = plan
        self.light = light
        self.canvas = canvas
    }

    /// Takes the camera's place and forgets the last frame.
    func begin(course: RoadCourse, camera: RoadCamera, time: Double) {
        self.time = time
        let distance = course.distance(at: time)
        stretch.lay(along: course, from: distance)
        texturePhase = Float(distance - (distance / 256).rounded(.down) * 256)
        let (sine, cosine) = (Float(PortableMath.sine(stretch.heading)), Float(PortableMath.cosine(stretch.heading)))
        let world = light.sunDirection
        sun = SIMD3(world.x * cosine - world.z * sine, world.y, world.x * sine + world.z * cosine)
        let tremble = camera.tremble(at: time)
        eye = SIMD3(plan.drivingSide * plan.laneWidth / 2, camera.height + tremble.lift, 0)
        let slope = stretch.place(3, 0).y - stretch.place(-1, 0).y
        canvas.clear(
            position: eye, yaw: 0, pitch: camera.pitch - slope / 4 + tremble.pitch, roll: camera.roll + tremble.roll)
        glows.removeAll(keepingCapacity: true)
    }

    /// Ground first (shadows fall on it alone), then all that stands on it.
    func build() {
        layGround()
        castShadows = true
        addStanding()
        addMoving()
        castShadows = false
        addStanding()
        addMoving()
        addBackdrop()
    }

    /// Whether things only cast their shadows in this pass.
    private(set) var castShadows = false

    /// A flat polygon in coordinates of two axes.
    func polygon(
        _ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, _ points: ContiguousArray<SIMD2<Float>>,
        _ paint: RoadPaint
    ) {
        guard !castShadows else { return }
        var normal = cross(across, up)
        let size = length(normal)
        guard size > 0 else { return }
        normal *= (dot(normal, origin - eye) > 0 ? -1 : 1) / size
        let falling = light.falling(on: normal, sun: sun)
        points.withUnsafeBufferPointer { canvas.fill(origin, across, up, $0, paint, light: falling) }
    }

    func quad(
        _ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, u: ClosedRange<Float>, v: ClosedRange<Float>,
        _ paint: RoadPaint
    ) {
        guard !castShadows else { return }
        setCorners(u, v)
        polygon(origin, across, up, corners, paint)
    }

    /// A shadow on the ground, -1…1 along both axes.
    func shadow(_ origin: SIMD3<Float>, _ across: SIMD3<Float>, _ up: SIMD3<Float>, darkness: Float, soft: Bool) {
        guard castShadows else { return }
        setCorners(-1...1, -1...1)
        corners.withUnsafeBufferPointer { canvas.shade(origin, across, up, $0, darkness: darkness, soft: soft) }
    }

    private func setCorners(_ u: ClosedRange<Float>, _ v: ClosedRange<Float>) {
        corners.removeAll(keepingCapacity: true)
        corners.append(SIMD2(u.lowerBound, v.lowerBound))
        corners.append(SIMD2(u.upperBound, v.lowerBound))
        corners.append(SIMD2(u.upperBound, v.upperBound))
        corners.append(SIMD2(u.lowerBound, v.upperBound))
    }

    /// The horizontal direction across the line of sight to a point.
    func facing(_ point: SIMD3<Float>) -> SIMD3<Float> {
        let sight = SIMD3(point.x - eye.x, 0, point.z - eye.z)
        let size = max(length(sight), 0.01)
        return SIMD3(sight.z, 0, -sight.x) / size
    }

    /// An upright or slanted rod from a to b that shows its broad side.
    func limb(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ width: Float, _ endWidth: Float, _ paint: RoadPaint) {
        guard !castShadows else { return }
        var across = cross(b - a, a - eye)
        across *= width / 2 / max(length(across), 1e-5)
        let taper = endWidth / width
        corners.removeAll(keepingCapacity: true)
        corners.append(SIMD2(-1, 0))
        corners.append(SIMD2(1, 0))
        corners.append(SIMD2(taper, 1))
        corners.append(SIMD2(-taper, 1))
        polygon(a, across, b - a, corners, paint)
    }

    /// A round thing that faces the camera.
    func ball(_ centre: SIMD3<Float>, _ radius: Float, _ paint: RoadPaint) {
        polygon(centre, facing(centre) * radius, SIMD3(0, radius, 0), Self.disc, paint)
    }

    static let disc: ContiguousArray<SIMD2<Float>> = ContiguousArray(
        (0..<14).map {
            let angle = Double($0) * 2 * .pi / 14
            return SIMD2(Float(PortableMath.cosine(angle)), Float(PortableMath.sine(angle)))
        })

    /// Where a shadow of something this high falls: the ground's displacement away from the sun.
    func shadowReach(_ height: Float) -> SIMD3<Float> {
        SIMD3(-sun.x, 0, -sun.z) * (height / max(sun.y, 0.12))
    }

    /// How dark the sun's shadows are; 0 where it does not shine.
    var sunDarkness: Float {
        let fromSun = light.sun.y * max(0, sun.y)
        return fromSun / (fromSun + light.ambient.y)
    }
}
