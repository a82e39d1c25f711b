/// Paints what the canvas found: material, light, lamps, wetness and haze at one sample.
///
/// Units: light is linear (the square of a screen value), distances are metres.
struct RoadShader {
    /// What a material gives back: the share of the light it reflects, and the light of its own.
    struct Look {
        var albedo: SIMD3<Float>
        var emission = SIMD3<Float>()
        /// How much of the sky it mirrors.
        var mirror: Float = 0
    }

    /// A point on a surface: its coordinates, their change per pixel, and its depth.
    struct Spot {
        var u, v, du, dv, depth: Float
    }

    let light: RoadLight
    let textures = RoadTextures.shared
    /// Where the camera is along the whole road, modulo the lamps' spacing, and its height.
    var progress: Float = 0
    var eyeHeight: Float = 1.4
    /// World axes' turn: sine and cosine of the road's heading at the camera.
    var heading = SIMD2<Float>(0, 1)
    var time: Float = 0
    /// The sun as seen from here.
    var sunDirection = SIMD3<Float>(0, 1, 0)
    private let clearness: [Float]
    static let lampSpacing: Float = 32

    init(light: RoadLight) {
        self.light = light
        clearness = (0...512).map { Float(PortableMath.exponential(-Double(light.hazeDensity) * Double($0))) }
    }

    /// The share of a surface's light that reaches the camera.
    @inline(__always)
    func clearness(at depth: Float) -> Float {
        let place = clamp(depth, 0, 511.9)
        let index = Int(place)
        return mix(clearness[index], clearness[index + 1], place - Float(index))
    }

    /// Takes a frame's point of view.
    mutating func look(from scene: RoadScene, at time: Double) {
        let spacing = Double(Self.lampSpacing)
        progress = Float(scene.stretch.origin - (scene.stretch.origin / spacing).rounded(.down) * spacing)
        eyeHeight = scene.eye.y
        let angle = scene.stretch.heading
        heading = SIMD2(Float(PortableMath.sine(angle)), Float(PortableMath.cosine(angle)))
        sunDirection = scene.sun
        self.time = Float(time)
    }

    /// Whether a cut-out material is there at u, v.
    @inline(__always)
    static func isSolid(_ paint: RoadPaint, _ u: Float, _ v: Float) -> Bool {
        if paint.material == .crown {
            return RoadTextures.shared.crown(Int(paint.detail.x), paint.detail.y > 0 ? 1 - u : u, v) != 0
        }
        let ridge = 3 + 9 * RoadTextures.shared.smooth(u * 0.35, 7) + 5 * RoadTextures.shared.smooth(u * 2.1, 19)
        return v < ridge * paint.detail.x
    }

    /// The light that comes from a surface at a sample.
    @inline(__always)
    func shade(_ surface: UnsafePointer<RoadSurface>, _ x: Float, _ y: Float, darkness: Float) -> SIMD3<Float> {
        let spot = Self.spot(surface, x, y)
        let look = look(of: surface.pointee.paint, at: spot)
        let daylight = surface.pointee.light * (1 - darkness)
        var color = look.albedo * (daylight + lampLight(spot)) + look.emission
        if look.mirror > 0 { color = mix(color, light.horizon * 0.85, look.mirror) }
        return mix(light.haze, color, clearness(at: spot.depth))
    }

    @inline(__always)
    private static func spot(_ surface: UnsafePointer<RoadSurface>, _ x: Float, _ y: Float) -> Spot {
        let (inverse, across, up) = (surface.pointee.inverseDepth, surface.pointee.u, surface.pointee.v)
        let depth = 1 / max(inverse.x * x + inverse.y * y + inverse.z, 1e-4)
        let u = (across.x * x + across.y * y + across.z) * depth
        let v = (up.x * x + up.y * y + up.z) * depth
        let du = abs(across.x - u * inverse.x) + abs(across.y - u * inverse.y)
        let dv = abs(up.x - v * inverse.x) + abs(up.y - v * inverse.y)
        return Spot(u: u, v: v, du: 2 * du * depth, dv: 2 * dv * depth, depth: depth)
    }

    /// Own headlights and the street's lamps, which stand at regular distances.
    @inline(__always)
    private func lampLight(_ spot: Spot) -> SIMD3<Float> {
        guard light.lamps > 0 else { return SIMD3() }
        let beam = 1.5 / (1 + spot.depth * spot.depth * 0.006)
        let phase = fraction((progress + spot.depth) / Self.lampSpacing) - 0.5
        let pool = 0.10 + 0.55 * clamp(1 - phase * phase * 6)
        return (SIMD3(1, 0.95, 0.82) * (beam * 0.42) + SIMD3(1, 0.74, 0.45) * (pool * 0.36)) * light.lamps
    }

    @inline(__always)
    private func look(of paint: RoadPaint, at spot: Spot) -> Look {
        switch paint.material {
        case .asphalt: return asphalt(paint, spot)
        case .paving, .kerb: return paving(paint, spot)
        case .grass: return Look(albedo: grass(paint, spot))
        case .facade: return facade(paint, spot)
        case .wall, .roof: return Look(albedo: masonry(paint, spot))
        case .crown: return Look(albedo: leaves(paint, spot))
        case .hedge, .backdrop: return Look(albedo: hedge(paint, spot))
        case .trunk, .metal, .cloth: return Look(albedo: round(paint, spot))
        case .plate: return plate(paint, spot)
        case .planks, .railing: return Look(albedo: fence(paint, spot))
        case .paint, .glass, .carSide: return bodywork(paint, spot)
        case .carFront, .carRear: return carEnd(paint, spot)
        case .tyre: return Look(albedo: tyre(paint, spot))
        case .lamp: return Look(albedo: paint.color, emission: paint.color * (paint.detail.x * light.lamps + paint.detail.y))
        }
    }

    /// Noise around 0 that fades where it is finer than a pixel.
    @inline(__always)
    func noise(_ spot: Spot, _ frequencyU: Float, _ frequencyV: Float) -> Float {
        let fade = clamp(1.6 - max(spot.du * frequencyU, spot.dv * frequencyV) * 0.12)
        return fade > 0 ? (textures.smooth(spot.u * frequencyU, spot.v * frequencyV) - 0.5) * fade : 0
    }

    @inline(__always)
    func speckle(_ spot: Spot, _ frequency: Float) -> Float {
        let fade = clamp(1.5 - max(spot.du, spot.dv) * frequency)
        return fade > 0 ? (textures.grain(spot.u * frequency, spot.v * frequency) - 0.5) * fade : 0
    }
}
