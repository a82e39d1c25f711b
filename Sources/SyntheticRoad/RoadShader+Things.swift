extension RoadShader {
    @inline(__always)
    func leaves(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let value = Float(textures.crown(Int(paint.detail.x), paint.detail.y > 0 ? 1 - spot.u : spot.u, spot.v)) / 255
        let tone = value * value * 2.4 + 0.05
        return mix(paint.color, SIMD3(paint.color.y, paint.color.y * 1.05, paint.color.z), value * 0.5) * tone
    }

    @inline(__always)
    func hedge(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let tone = 0.8 + 1.2 * noise(spot, 24, 24) + 0.6 * speckle(spot, 16) + 0.5 * noise(spot, 5, 5)
        return paint.color * max(tone, 0.12)
    }

    /// Something round and upright, u in -1…1: darker at its edges.
    @inline(__always)
    func round(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let rim = 1 - 0.55 * spot.u * spot.u
        let rough: Float = paint.material == .metal ? 0.1 : 0.5
        return paint.color * (rim * max(0.2, 1 + rough * noise(spot, 9, 18)))
    }

    /// Painted metal and glass mirror the sky, more so towards the top. Detail: lowest and highest v of the glass.
    @inline(__always)
    func bodywork(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let dirt = 1 + 0.25 * noise(spot, 12, 12)
        switch paint.material {
        case .glass:
            let streak = clamp(0.5 + noise(spot, 10, 6) * 2)
            return Look(albedo: ink(0.10, 0.11, 0.12), mirror: 0.03 + 0.12 * streak * clamp(spot.v - 0.1))
        case .carSide:
            let door = between(abs(fraction(spot.u * 0.9 + 0.2) - 0.5), -1, 0.012, spot.du * 0.9)
            let foot = clamp(1 - (spot.v - paint.detail.x) * 5)
            let crease = between(abs(spot.v - paint.detail.y), -1, 0.02, spot.dv)
            let tone = dirt * (0.72 + 0.4 * clamp((spot.v - paint.detail.x) * 2)) * (1 - 0.6 * door - 0.25 * crease)
            return Look(albedo: mix(paint.color * tone, SIMD3(repeating: 0.01), foot * 0.8), mirror: 0.05)
        default: return Look(albedo: paint.color * dirt, mirror: 0.12)
        }
    }

    /// The front or rear of a car, u in -1…1, v in 0…1. Detail.x: braking.
    @inline(__always)
    func carEnd(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let side = abs(spot.u)
        let isRear = paint.material == .carRear
        let lamps = between(side, 0.66, 0.97, spot.du) * between(spot.v, isRear ? 0.50 : 0.55, isRear ? 0.88 : 0.82, spot.dv)
        let number = between(side, -1, 0.30, spot.du) * between(spot.v, 0.34, 0.52, spot.dv)
        let bumper = between(spot.v, -1, 0.26, spot.dv)
        let seam = between(abs(spot.v - 0.28), -1, 0.015, spot.dv)
        var albedo = paint.color * ((0.62 + 0.45 * spot.v) * (1 - 0.5 * seam))
        albedo = mix(albedo, SIMD3(repeating: 0.02), bumper * 0.85)
        if !isRear {
            let grille = between(side, -1, 0.5, spot.du) * between(spot.v, 0.56, 0.76, spot.dv)
            albedo = mix(albedo, SIMD3(repeating: 0.015), grille * (0.8 + 0.2 * fraction(spot.v * 20)))
        }
        albedo = mix(albedo, isRear ? ink(0.86, 0.72, 0.22) : ink(0.88, 0.88, 0.86), number)
        let glass = isRear ? ink(0.55, 0.05, 0.05) : ink(0.8, 0.82, 0.85)
        albedo = mix(albedo, glass, lamps)
        let power = isRear ? 0.5 * light.lamps + 0.9 * paint.detail.x : 3.5 * light.lamps
        let shine = (isRear ? SIMD3<Float>(1, 0.05, 0.03) : SIMD3(1, 0.95, 0.85)) * (power * lamps)
        return Look(albedo: albedo, emission: shine, mirror: 0.06 * (1 - bumper))
    }

    /// A wheel, u, v in -1…1.
    @inline(__always)
    func tyre(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let radius = (spot.u * spot.u + spot.v * spot.v).squareRoot()
        let rim = between(radius, -1, 0.62, max(spot.du, 0.02))
        let spokes = 0.7 + 0.3 * fraction(radius * 2.3)
        return mix(SIMD3(repeating: 0.012), paint.color * spokes, rim)
    }

    /// The sky in a direction of the stretch's axes.
    @inline(__always)
    func sky(_ direction: SIMD3<Float>) -> SIMD3<Float> {
        let size = length(direction)
        let height = direction.y / size
        let rise = clamp(1 - max(height, 0))
        var color = mix(light.zenith, light.horizon, rise * rise * rise)
        if light.cloudCover > 0, height > 0.015 {
            let (x, z) = (
                direction.x * heading.y + direction.z * heading.x, direction.z * heading.y - direction.x * heading.x
            )
            let reach = 30 / (height + 0.05) / size
            let drift = time * 0.25
            let shape =
                textures.smooth(x * reach + drift, z * reach) * 0.75 + textures.smooth(x * reach * 4 + drift, z * reach * 4)
                * 0.25
            let cover = clamp((shape - 0.62 + light.cloudCover * 0.36) * 5) * clamp(height * 9)
            let thick = clamp((textures.smooth(x * reach * 2 + 37, z * reach * 2 + 11) - 0.3) * 1.8)
            color = mix(color, mix(light.cloud, light.cloudShade, thick), cover)
        }
        let glow = clamp(dot(direction, sunDirection) / size)
        let (g4, g8) = (glow * glow * glow * glow, glow * glow * glow * glow * glow * glow * glow * glow)
        return color + light.sun * (0.10 * g4 + 0.25 * g8 * g8 * g8)
    }
}
