extension RoadShader {
    /// A front with windows. Detail: storey height, bay width, eaves height, style (0 house, 1 shop, 2 offices).
    @inline(__always)
    func facade(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let (storey, bay) = (paint.detail.x, paint.detail.y)
        let style = paint.detail.w
        var wall = masonry(paint, spot)
        if spot.v > paint.detail.z - 0.35 { wall = mix(wall, ink(0.62, 0.60, 0.56), 0.6) }
        if style == 1, spot.v < storey { return shop(paint, spot, wall) }
        let (floor, column) = ((spot.v / storey).rounded(.down), (spot.u / bay).rounded(.down))
        let (y, x) = (spot.v - floor * storey, spot.u - column * bay)
        let chance = textures.grain(column * 13 + Float(paint.seed & 255), floor * 29 + Float(paint.seed >> 8 & 255))
        let wide = style == 2
        let (left, right) = wide ? (bay * 0.06, bay * 0.94) : (bay * 0.29, bay * 0.71)
        var (low, high) = wide ? (storey * 0.30, storey * 0.88) : (storey * 0.30, storey * 0.80)
        if floor == 0, !wide, chance < 0.4 { (low, high) = (0, storey * 0.72) }
        let isDoor = low == 0
        if spot.v > paint.detail.z - 0.4 { return Look(albedo: wall) }
        let blur = clamp(max(spot.du / bay, spot.dv / storey) * 2 - 0.6)
        let opening = window(x, y, left, right, low, high, spot, blur)
        let frame = window(x, y, left - 0.09, right + 0.09, low - 0.12, high + 0.09, spot, blur)
        let trim = paint.seed & 1024 == 0 ? ink(0.80, 0.79, 0.76) : ink(0.36, 0.33, 0.31)
        var albedo = mix(wall, trim, clamp(frame - opening))
        if isDoor {
            let door = SIMD3(chance * 0.25, 0.03 + 0.1 * fraction(chance * 17), 0.03 + 0.2 * fraction(chance * 31))
            return Look(albedo: mix(albedo, door, opening))
        }
        let bars = 1 - between(abs(x - (left + right) / 2), 0.03, 9, spot.du * 0.5)
        let glass = light.horizon * (0.04 + 0.28 * chance * chance) + SIMD3(repeating: 0.015)
        let curtain = clamp(chance * 3 - 2.2) * 0.3
        let isLit = fraction(chance * 57) < 0.45
        let shine = isLit ? SIMD3<Float>(1.0, 0.72, 0.38) * (light.lamps * (0.25 + 0.5 * chance)) : SIMD3()
        albedo = mix(albedo, SIMD3(repeating: curtain), opening)
        let pane = opening * (1 - (wide ? 0 : bars * (1 - blur)))
        let daylight = light.lamps < 1 ? glass * (1 - light.lamps) : SIMD3()
        return Look(albedo: albedo, emission: (shine + daylight) * pane)
    }

    /// How much of a pixel is within a window; from afar, the average of wall and windows.
    @inline(__always)
    private func window(
        _ x: Float, _ y: Float, _ left: Float, _ right: Float, _ low: Float, _ high: Float, _ spot: Spot, _ blur: Float
    ) -> Float {
        between(x, left, right, spot.du) * between(y, low, high, spot.dv) * (1 - blur) + blur * 0.25
    }

    @inline(__always)
    private func shop(_ paint: RoadPaint, _ spot: Spot, _ wall: SIMD3<Float>) -> Look {
        let storey = paint.detail.x
        let unit = (spot.u / (paint.detail.y * 2)).rounded(.down)
        let x = spot.u - unit * paint.detail.y * 2
        let chance = textures.grain(unit * 7 + Float(paint.seed & 255), 5)
        let board = between(spot.v, storey * 0.78, storey, spot.dv)
        let color = SIMD3(fraction(chance * 7.3), fraction(chance * 3.1) * 0.7, fraction(chance * 11.7))
        let letters = noise(spot, 60, 30) > 0.05 && spot.v > storey * 0.83 && spot.v < storey * 0.95 ? Float(0.6) : 0
        let pane = between(x, 0.25, paint.detail.y * 2 - 0.25, spot.du) * between(spot.v, 0.5, storey * 0.74, spot.dv)
        let frame = between(abs(fraction(x / (paint.detail.y * 0.66)) - 0.5), -1, 0.47, spot.du)
        let things = textures.grain((spot.u * 2.5).rounded(.down), (spot.v * 1.8).rounded(.down))
        let goods = clamp(0.2 + noise(spot, 24, 12) * 0.8 + 0.35 * things * things * clamp(1.4 - spot.du * 2))
        var albedo = mix(wall, color * color * 0.8, clamp(board + between(spot.v, 0, storey * 0.8, spot.dv) * 0.4))
        albedo = mix(albedo, SIMD3(repeating: 0.85), board * letters)
        let wares = SIMD3(
            0.12 + 0.2 * fraction(things * 7), 0.12 + 0.16 * fraction(things * 13), 0.12 + 0.16 * fraction(things * 29))
        albedo = mix(albedo, wares * goods, pane * frame)
        let inside = SIMD3<Float>(1, 0.85, 0.6) * (goods * (0.02 + 0.7 * light.lamps))
        return Look(albedo: albedo, emission: (inside + light.horizon * (0.05 * (1 - light.lamps))) * (pane * frame))
    }

    /// Bricks, plaster or tiles with stains.
    @inline(__always)
    func masonry(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let stains = noise(spot, 3, 2) * 0.35 + noise(spot, 20, 5) * 0.28
        var tone = 1 + stains + 0.16 * speckle(spot, 13)
        if paint.material == .roof {
            tone *= 0.9 + 0.25 * fraction(spot.v * 4) * clamp(1.4 - spot.dv * 5)
        } else if paint.seed & 2048 != 0 {
            let course = between(fraction(spot.v / 0.15) * 0.15, 0, 0.03, spot.dv) * clamp(1.5 - spot.dv * 9)
            tone *= 1 - 0.25 * course
        }
        let foot = clamp(1 - spot.v * 0.7) * 0.22
        return paint.color * max(tone - (paint.material == .roof ? 0 : foot), 0.1)
    }

    @inline(__always)
    func fence(_ paint: RoadPaint, _ spot: Spot) -> SIMD3<Float> {
        let pitch: Float = paint.material == .planks ? 0.15 : 0.12
        let gap = paint.material == .planks ? Float(0.012) : Float(0.085)
        let solid = between(fraction(spot.u / pitch) * pitch, 0, pitch - gap, spot.du)
        let rail = between(spot.v, 0.9 * paint.detail.x, paint.detail.x, spot.dv) + between(spot.v, 0.08, 0.16, spot.dv)
        let board = textures.grain((spot.u / pitch).rounded(.down), 3) - 0.5
        let tone = 1 + 0.35 * board * clamp(1.5 - spot.du * 7) + 0.4 * noise(spot, 30, 6)
        let through =
            paint.material == .planks ? SIMD3<Float>(repeating: 0.01) : ink(0.22, 0.24, 0.18) * (1 + noise(spot, 16, 16))
        return mix(through, paint.color * tone, clamp(solid + rail))
    }

    /// Traffic signs and signals. Detail.x: 0 prohibition, 1 order, 2 warning, 3 direction, 4 signal; u, v in -1…1.
    @inline(__always)
    func plate(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let radius = (spot.u * spot.u + spot.v * spot.v).squareRoot()
        let mark =
            between(abs(spot.u), -1, 0.16 + 0.2 * fraction(Float(paint.seed & 15) * 0.23), spot.du)
            * between(abs(spot.v), -1, 0.36, spot.dv)
        let (red, white) = (ink(0.78, 0.08, 0.10), ink(0.92, 0.92, 0.90))
        switch Int(paint.detail.x) {
        case 0: return Look(albedo: mix(mix(white, red, between(radius, 0.72, 2, spot.du)), SIMD3(repeating: 0.02), mark))
        case 1: return Look(albedo: mix(ink(0.08, 0.28, 0.68), white, mark))
        case 2:
            let inner = clamp((0.42 - max(abs(spot.u) * 1.5 + spot.v * 0.8, -spot.v * 1.2)) / max(spot.dv, 0.05) + 0.5)
            return Look(albedo: mix(mix(red, white, inner), SIMD3(repeating: 0.02), mark * (spot.v < 0.1 ? 0.9 : 0)))
        case 3:
            let border = max(between(abs(spot.u), 0.92, 2, spot.du), between(abs(spot.v), 0.86, 2, spot.dv))
            let words = noise(spot, 50, 90) > 0.02 && abs(spot.u) < 0.8 && abs(spot.v) < 0.6 ? Float(0.9) : 0
            return Look(albedo: mix(paint.color, white, max(border, words)))
        default: return signal(paint, spot)
        }
    }

    @inline(__always)
    private func signal(_ paint: RoadPaint, _ spot: Spot) -> Look {
        let active = Int(paint.detail.y)
        var look = Look(albedo: SIMD3(repeating: 0.015))
        for (index, color) in [ink(0.95, 0.12, 0.08), ink(1.0, 0.65, 0.1), ink(0.1, 0.95, 0.55)].enumerated() {
            let y = (spot.v - (0.6 - 0.6 * Float(index))) / 0.27
            let x = spot.u / 0.62
            let inside = clamp((1 - (x * x + y * y)) * 3)
            look.albedo = mix(look.albedo, color * 0.06, inside)
            if index == active { look.emission = color * (1.6 * inside) }
        }
        return look
    }
}
