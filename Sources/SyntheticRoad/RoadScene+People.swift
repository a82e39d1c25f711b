import NeuralNetwork

extension RoadScene {
    private static let clothes: [SIMD3<Float>] = [
        ink(0.13, 0.14, 0.18), ink(0.10, 0.10, 0.10), ink(0.25, 0.28, 0.36), ink(0.55, 0.14, 0.15), ink(0.62, 0.58, 0.50),
        ink(0.20, 0.32, 0.50), ink(0.30, 0.36, 0.22), ink(0.78, 0.76, 0.72), ink(0.42, 0.30, 0.24), ink(0.70, 0.72, 0.20),
    ]
    private static let skins: [SIMD3<Float>] = [ink(0.80, 0.62, 0.52), ink(0.68, 0.48, 0.38), ink(0.45, 0.31, 0.24)]
    private static let hairs: [SIMD3<Float>] = [
        ink(0.12, 0.09, 0.08), ink(0.30, 0.20, 0.13), ink(0.60, 0.48, 0.30), ink(0.55, 0.54, 0.53),
    ]

    private func cloth(_ label: UInt8, _ color: SIMD3<Float>) -> RoadPaint {
        RoadPaint(material: .cloth, label: label, color: color)
    }

    /// Somebody on foot; `pace` is the phase of the steps, 0 standing.
    func person(_ foot: SIMD3<Float>, _ forward: SIMD3<Float>, pace: Double, _ source: inout SplitMix64) {
        var random = SplitMix64(seed: source.next())
        let tall = random.chance(0.12) ? random.uniform(1.1, 1.4) : random.uniform(1.6, 1.86)
        if castShadows { return personShadow(foot, tall) }
        let label = RoadClass.pedestrian
        let trousers = cloth(label, Self.clothes[random.index(4)])
        let coat = cloth(label, Self.clothes[random.index(Self.clothes.count)])
        let skin = cloth(label, Self.skins[random.index(3)])
        let hair = cloth(label, Self.hairs[random.index(4)])
        let up = SIMD3<Float>(0, 1, 0)
        let swing = pace == 0 ? Float(0.05) : Float(PortableMath.sine(pace)) * 0.28
        let broad = SIMD3(forward.z, 0, -forward.x)
        func at(_ height: Float, _ aside: Float, _ ahead: Float) -> SIMD3<Float> {
            foot + up * (height * tall) + broad * (aside * tall) + forward * (ahead * tall)
        }
        let long = random.chance(0.35)
        for side in [Float(-1), 1] {
            let step = swing * side
            limb(at(0.5, 0.05 * side, 0), at(0.26, 0.055 * side, step * 0.5 + 0.02), 0.10 * tall, 0.085 * tall, trousers)
            limb(at(0.26, 0.055 * side, step * 0.5 + 0.02), at(0.02, 0.055 * side, step), 0.085 * tall, 0.06 * tall, trousers)
            limb(
                at(0.03, 0.055 * side, step - 0.02), at(0.02, 0.055 * side, step + 0.11), 0.05 * tall, 0.04 * tall,
                cloth(label, ink(0.1, 0.08, 0.07)))
            limb(at(0.81, 0.125 * side, 0), at(0.62, 0.155 * side, -step * 0.3), 0.068 * tall, 0.06 * tall, coat)
            limb(at(0.62, 0.155 * side, -step * 0.3), at(0.46, 0.15 * side, -step * 0.6 + 0.04), 0.058 * tall, 0.045 * tall, coat)
        }
        limb(at(long ? 0.36 : 0.47, 0, 0), at(0.72, 0, 0), 0.20 * tall, 0.25 * tall, coat)
        limb(at(0.72, 0, 0), at(0.845, 0, 0), 0.25 * tall, 0.15 * tall, coat)
        limb(at(0.83, 0, 0), at(0.88, 0, 0.01), 0.06 * tall, 0.06 * tall, skin)
        ball(at(0.925, 0, 0.012), 0.062 * tall, dot(forward, foot - eye) > 0 ? hair : skin)
        ball(at(0.948, 0, -0.006), 0.055 * tall, hair)
        if random.chance(0.25) {
            let bag = cloth(label, Self.clothes[random.index(Self.clothes.count)])
            limb(at(0.34, 0.19, -0.02), at(0.50, 0.19, -0.02), 0.16 * tall, 0.14 * tall, bag)
        }
        if light.isRaining, random.chance(0.55) { umbrella(at(0.72, 0.1, 0.1), at(1.12, 0, 0), label, &random) }
    }

    private func umbrella(_ hand: SIMD3<Float>, _ top: SIMD3<Float>, _ label: UInt8, _ random: inout SplitMix64) {
        let color = Self.clothes[random.index(Self.clothes.count)]
        limb(hand, top, 0.025, 0.025, RoadPaint(material: .metal, label: label, color: ink(0.3, 0.3, 0.3)))
        let dome: ContiguousArray<SIMD2<Float>> = [
            SIMD2(-1, 0), SIMD2(1, 0), SIMD2(0.82, 0.42), SIMD2(0.45, 0.68), SIMD2(0, 0.78), SIMD2(-0.45, 0.68),
            SIMD2(-0.82, 0.42),
        ]
        polygon(top - SIMD3(0, 0.12, 0), facing(top) * 0.52, SIMD3(0, 0.42, 0), dome, cloth(label, color))
    }

    private func personShadow(_ foot: SIMD3<Float>, _ tall: Float) {
        shadow(foot, SIMD3(0.35, 0, 0), SIMD3(0, 0, 0.35), darkness: 0.5, soft: true)
        guard sunDarkness > 0.05 else { return }
        let reach = shadowReach(tall)
        let size = max(length(reach), 0.01)
        let broad = SIMD3(reach.z, 0, -reach.x) * (0.22 / size)
        shadow(foot + reach / 2, broad, reach / 2, darkness: sunDarkness * 0.9, soft: false)
    }

    func bicyclist(_ foot: SIMD3<Float>, _ forward: SIMD3<Float>, _ source: inout SplitMix64) {
        var random = SplitMix64(seed: source.next())
        if castShadows { return personShadow(foot, 1.6) }
        let label = RoadClass.bicyclist
        let up = SIMD3<Float>(0, 1, 0)
        let broad = SIMD3(forward.z, 0, -forward.x)
        func at(_ height: Float, _ ahead: Float, _ aside: Float = 0) -> SIMD3<Float> {
            foot + up * height + forward * ahead + broad * aside
        }
        let wheel = RoadPaint(material: .tyre, label: label, color: ink(0.34, 0.35, 0.36))
        let tube = RoadPaint(material: .metal, label: label, color: Self.clothes[random.index(Self.clothes.count)])
        for ahead in [Float(-0.52), 0.52] {
            polygon(at(0.34, ahead), forward * 0.34, up * 0.34, Self.disc, wheel)
            limb(at(0.0, ahead), at(0.68, ahead), 0.055, 0.055, cloth(label, ink(0.08, 0.08, 0.08)))
        }
        limb(at(0.34, -0.52), at(0.85, -0.18), 0.05, 0.05, tube)
        limb(at(0.85, -0.18), at(0.80, 0.38), 0.05, 0.05, tube)
        limb(at(0.34, 0.52), at(0.98, 0.36), 0.05, 0.05, tube)
        limb(at(0.98, 0.38, -0.27), at(0.98, 0.38, 0.27), 0.05, 0.05, tube)
        rider(label, at, &random)
        if light.lamps > 0 {
            let isAway = dot(forward, foot - eye) > 0
            glows.append(
                Glow(
                    point: at(0.8, isAway ? -0.6 : 0.6), color: isAway ? SIMD3(0.5, 0.02, 0.02) : SIMD3(0.8, 0.8, 0.7),
                    radius: 0.25))
        }
    }

    private func rider(_ label: UInt8, _ at: (Float, Float, Float) -> SIMD3<Float>, _ random: inout SplitMix64) {
        let jacket = cloth(label, random.chance(0.3) ? ink(0.80, 0.86, 0.16) : Self.clothes[random.index(Self.clothes.count)])
        let trousers = cloth(label, Self.clothes[random.index(3)])
        let skin = cloth(label, Self.skins[random.index(3)])
        let helmet = cloth(label, random.chance(0.6) ? ink(0.85, 0.86, 0.88) : Self.hairs[random.index(4)])
        let turn = time * 8 + Double(random.uniform(0, 6))
        for side in [Float(-1), 1] {
            let lift = Float(PortableMath.sine(turn)) * 0.16 * side
            let ahead = Float(PortableMath.cosine(turn)) * 0.16 * side
            limb(at(0.92, -0.15, 0.1 * side), at(0.66 + lift * 0.7, 0.22, 0.12 * side), 0.17, 0.13, trousers)
            limb(at(0.66 + lift * 0.7, 0.22, 0.12 * side), at(0.30 + lift, 0.05 + ahead, 0.11 * side), 0.13, 0.09, trousers)
            limb(at(1.42, 0.14, 0.19 * side), at(1.02, 0.36, 0.24 * side), 0.11, 0.08, jacket)
        }
        limb(at(0.88, -0.18, 0), at(1.30, 0.05, 0), 0.34, 0.44, jacket)
        limb(at(1.30, 0.05, 0), at(1.52, 0.16, 0), 0.44, 0.24, jacket)
        ball(at(1.62, 0.22, 0), 0.115, skin)
        ball(at(1.67, 0.20, 0), 0.115, helmet)
    }
}
