import NeuralNetwork

extension RoadScene {
    /// A car's shape: its outline seen from the side, from the rear bumper over the roof to the front bumper.
    ///
    /// Units: x in half lengths from the middle, y in metres.
    private struct Model {
        var length, width: Float
        var belt, roof: Float
        var rearGlass, roofEnd, roofStart, screen, nose: Float
        var noseHeight: Float

        init(_ random: inout SplitMix64) {
            let kind = random.uniform(0, 1)
            width = random.uniform(1.66, 1.82)
            length = random.uniform(3.8, 4.6)
            (belt, roof, noseHeight, nose) = (
                random.uniform(0.90, 0.98), random.uniform(1.40, 1.50), random.uniform(0.66, 0.76), 0.96
            )
            (rearGlass, roofEnd, roofStart, screen) = (-0.97, -0.78, 0.12, 0.52)
            if kind < 0.3 {  // saloon
                (rearGlass, roofEnd, roofStart) = (-0.66, -0.36, 0.10)
            } else if kind < 0.45 {  // off-roader
                (belt, roof, noseHeight, rearGlass, roofEnd) = (1.08, 1.78, 0.95, -0.99, -0.93)
            } else if kind < 0.57 {  // van
                (length, width, belt, roof, noseHeight) = (5.1, 1.95, 1.25, 2.2, 1.0)
                (rearGlass, roofEnd, roofStart, screen) = (-1, -0.98, 0.52, 0.76)
            }
        }
    }

    private static let colors: [SIMD3<Float>] = [
        ink(0.70, 0.71, 0.73), ink(0.58, 0.60, 0.62), ink(0.10, 0.10, 0.12), ink(0.18, 0.19, 0.22), ink(0.88, 0.88, 0.88),
        ink(0.55, 0.09, 0.09), ink(0.10, 0.17, 0.40), ink(0.14, 0.26, 0.50), ink(0.10, 0.26, 0.18), ink(0.45, 0.44, 0.40),
        ink(0.80, 0.12, 0.10), ink(0.30, 0.33, 0.38),
    ]

    func car(_ foot: SIMD3<Float>, _ forward: SIMD3<Float>, _ random: inout SplitMix64, isMoving: Bool, isBraking: Bool) {
        let model = Model(&random)
        let color = Self.colors[random.index(Self.colors.count)]
        let half = model.length / 2
        let aside = SIMD3(forward.z, 0, -forward.x)
        if castShadows {
            shadow(foot, forward * (half * 1.08), aside * (model.width * 0.62), darkness: 0.78, soft: true)
            guard sunDarkness > 0.05 else { return }
            let reach = shadowReach(model.roof * 0.85)
            shadow(foot + reach / 2, forward * half, reach / 2, darkness: sunDarkness, soft: false)
            let broad = aside * (model.width / 2)
            shadow(foot + reach / 2 + forward * (half * 0.9), broad, reach / 2, darkness: sunDarkness, soft: false)
            shadow(foot + reach / 2 - forward * (half * 0.9), broad, reach / 2, darkness: sunDarkness, soft: false)
            return
        }
        let paint = RoadPaint(material: .paint, label: RoadClass.car, color: color)
        carEnds(model, foot, forward, aside, paint, isMoving: isMoving, isBraking: isBraking)
        let towards: Float = dot(eye - foot, aside) > 0 ? 1 : -1
        carSide(model, foot + aside * (towards * model.width / 2), forward, aside * towards, paint)
    }

    private func carEnds(
        _ model: Model, _ foot: SIMD3<Float>, _ forward: SIMD3<Float>, _ aside: SIMD3<Float>, _ paint: RoadPaint, isMoving: Bool,
        isBraking: Bool
    ) {
        let half = model.length / 2
        func point(_ x: Float, _ y: Float) -> SIMD3<Float> { foot + forward * (x * half) + SIMD3(0, y, 0) }
        let broad = aside * (model.width / 2)
        let narrow = (model.width / 2 - (model.roof - model.belt) * 0.28) / (model.width / 2)
        var glass = paint
        glass.material = .glass
        func band(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ paint: RoadPaint, _ low: Float = 1, _ high: Float = 1) {
            polygon(a, broad, b - a, [SIMD2(-low, 0), SIMD2(low, 0), SIMD2(high, 1), SIMD2(-high, 1)], paint)
        }
        let (rearBelt, rearRoof) = (point(model.rearGlass, model.belt), point(model.roofEnd, model.roof))
        let (frontRoof, screen) = (point(model.roofStart, model.roof), point(model.screen, model.belt))
        band(rearBelt, rearRoof, paint, 1, narrow)
        let lift = (rearRoof - rearBelt) * 0.12
        let out = cross(rearRoof - rearBelt, broad) * 0.02
        band(rearBelt + lift + out, rearRoof - lift * 1.3 + out, glass, 0.88, narrow * 0.86)
        band(rearRoof, frontRoof, paint, narrow, narrow)
        band(screen, frontRoof, glass, 1, narrow)
        band(screen, point(model.nose, model.noseHeight), paint)
        let rearTop = point(-0.99, model.belt)
        if model.rearGlass > -0.9 { band(rearTop, rearBelt, paint) }
        var rear = paint
        (rear.material, rear.detail.x) = (.carRear, isBraking ? 1 : 0)
        var front = paint
        front.material = .carFront
        band(point(-1, 0.28), rearTop, rear)
        band(point(1, 0.24), point(model.nose, model.noseHeight), front)
        guard isMoving, light.lamps > 0 else { return }
        let isRearSeen = dot(eye - foot, forward) < 0
        for side in [Float(-0.8), 0.8] {
            let lamp = point(isRearSeen ? -1.02 : 1.02, model.noseHeight - 0.05) + broad * side
            let color = isRearSeen ? SIMD3<Float>(0.8, 0.05, 0.03) * (isBraking ? 0.9 : 0.35) : SIMD3(1.6, 1.5, 1.3)
            glows.append(Glow(point: lamp, color: color * light.lamps, radius: isRearSeen ? 0.35 : 0.9))
        }
    }

    private func carSide(_ model: Model, _ origin: SIMD3<Float>, _ forward: SIMD3<Float>, _ out: SIMD3<Float>, _ paint: RoadPaint)
    {
        let half = model.length / 2
        let up = SIMD3<Float>(0, 1, 0)
        var body = paint
        (body.material, body.detail) = (.carSide, SIMD4(0.22, model.belt * 0.72, 0, 0))
        polygon(
            origin, forward, up,
            [
                SIMD2(-half, 0.28), SIMD2(half, 0.24), SIMD2(half * model.nose, model.noseHeight),
                SIMD2(half * model.screen, model.belt),
                SIMD2(-half * 0.99, model.belt),
            ], body)
        let tilt = up - out * 0.28
        let rise = model.roof - model.belt
        let cabin = origin + up * model.belt
        let outline: [(Float, Float)] = [(model.rearGlass, 0), (model.screen, 0), (model.roofStart, rise), (model.roofEnd, rise)]
        polygon(cabin, forward, tilt, ContiguousArray(outline.map { SIMD2($0.0 * half, $0.1) }), paint)
        var glass = paint
        glass.material = .glass
        let proud = cabin + out * 0.015
        let isVan = model.length > 5
        let middle = isVan ? half * 0.30 : half * (model.screen + model.rearGlass) * 0.5 + half * 0.12
        let (low, high) = (rise * 0.08, rise * 0.84)
        func slant(_ bottom: Float, _ top: Float, _ y: Float) -> Float { (bottom + (top - bottom) * y / rise) * half }
        let (s, r) = (model.screen - 0.06, model.roofStart - 0.02)
        polygon(
            proud, forward, tilt,
            [
                SIMD2(middle + 0.04, low), SIMD2(slant(s, r, low), low), SIMD2(slant(s, r, high), high),
                SIMD2(middle + 0.04, high),
            ], glass)
        if !isVan {
            let (g, e) = (model.rearGlass + 0.12, model.roofEnd + 0.08)
            polygon(
                proud, forward, tilt,
                [
                    SIMD2(slant(g, e, low), low), SIMD2(middle - 0.04, low), SIMD2(middle - 0.04, high),
                    SIMD2(slant(g, e, high), high),
                ], glass)
        }
        let wheel = RoadPaint(material: .tyre, label: RoadClass.car, color: ink(0.52, 0.53, 0.55))
        let radius = model.belt * 0.335
        for x in [-0.62, 0.64] as [Float] {
            polygon(origin + out * 0.02 + forward * (x * half) + up * radius, forward * radius, up * radius, Self.disc, wheel)
        }
    }
}
