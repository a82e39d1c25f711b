extension RoadShader {
    /// Tarmac with wear, patches and markings. Detail: lane width (0: unmarked), a crossing's start along the road
    /// (negative: none), half the road's width, whether cars may park.
    @inline(__always)
    func asphalt(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let blotch = noise(spot, 3, 1)
        let mottled = noise(spot, 16, 8)
        var tone = 1 + 0.32 * blotch + 0.28 * mottled + 0.26 * speckle(spot, 48)
        let patch = textures.grain((spot.u * 0.4).rounded(.down) * 7, (spot.v / 16).rounded(.down) * 3)
        if patch > 0.86 { tone *= 0.91 }
        var albedo = paint.color * max(tone, 0.2)
        if paint.detail.x > 0 {
            let lane = fraction(abs(spot.u) / paint.detail.x) - 0.5
            albedo *= 1 - 0.14 * clamp(1 - lane * lane * 30)
            let wear = clamp(0.80 + 1.2 * mottled)
            let marks = markings(paint, spot)
            albedo = mix(albedo, ink(0.86, 0.86, 0.84), marks.white * wear)
            albedo = mix(albedo, ink(0.78, 0.62, 0.18), marks.yellow * wear)
        }
        return wet(albedo, spot, puddles: clamp(blotch * 5 - 0.3))
    }

    @inline(__always)
    private func markings(_ paint: RoadPaint, _ spot: Spot) -> (white: Float, yellow: Float) {
        let (width, half) = (max(spot.du, 0.01), paint.detail.z)
        let side = abs(spot.u)
        let dash = between(fraction(spot.v / 8) * 8, 1, 5, spot.dv)
        var white = between(side, -1, 0.07, width) * dash
        var yellow: Float = 0
        if paint.detail.w > 0 {
            white += between(side, half - 2.15, half - 2.05, width) * between(fraction(spot.v / 2) * 2, 0.3, 1.3, spot.dv)
        } else {
            yellow = between(side, half - 0.30, half - 0.22, width) + between(side, half - 0.48, half - 0.40, width)
        }
        let crossing = spot.v - paint.detail.y
        if paint.detail.y >= 0, crossing > -1, crossing < 5 {
            white *= 1 - between(crossing, -1, 5, spot.dv)
            let bars = between(fraction(spot.u / 1.2) * 1.2, 0.2, 0.8, width)
            white += between(crossing, 0.5, 3.5, spot.dv) * bars
        }
        return (clamp(white), clamp(yellow))
    }

    @inline(__always)
    func paving(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let joints = max(
            1 - between(fraction(spot.u / 0.75) * 0.75, 0.02, 0.73, spot.du),
            1 - between(fraction(spot.v / 0.5) * 0.5, 0.02, 0.48, spot.dv))
        let slab = textures.grain((spot.u / 0.75).rounded(.down), (spot.v / 0.5).rounded(.down)) - 0.5
        let fade = clamp(1.5 - spot.dv * 2)
        let tone = 1 + 0.24 * noise(spot, 4, 2) + (0.14 * slab - 0.22 * joints) * fade + 0.16 * speckle(spot, 40)
        return wet(paint.color * tone, spot, puddles: 0)
    }

    @inline(__always)
    func grass(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let tone = 1 + 0.7 * noise(spot, 6, 4) + 0.5 * noise(spot, 40, 24) + 0.4 * speckle(spot, 24)
        return mix(paint.color, SIMD3(paint.color.y, paint.color.y, paint.color.z), clamp(noise(spot, 2, 1) * 2))
            * max(tone, 0.15)
    }

    /// A wet ground is darker and mirrors the sky, the more the flatter one looks at it.
    @inline(__always)
    private func wet(_ albedo: SIMD3<Float>, _ spot: Spot, puddles: Float) -> Look {
        guard light.wetness > 0 else { return Look(albedo: albedo) }
        let steepness = clamp(eyeHeight / spot.depth * 1.2)
        let away = (1 - steepness) * (1 - steepness)
        let mirror = light.wetness * clamp(0.05 + away * away * 0.42 + puddles * 0.5 * (0.25 + away))
        return Look(albedo: albedo * (1 - 0.45 * light.wetness), mirror: mirror)
    }
}
