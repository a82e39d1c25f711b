import NeuralNetwork

extension RoadScene {
    func addGreenery(_ plot: RoadPlan.Plot, _ start: Float, _ side: Float, _ random: inout SplitMix64) {
        guard !plot.isSideStreet else { return }
        let edge = plan.pavementEdge
        switch plot.district {
        case .park, .field:
            let count = plot.district == .park ? 6 : 3
            for _ in 0..<count {
                tree(start + random.uniform(0, 16), side * (edge + random.uniform(2, 26)), random.uniform(7, 15), &random)
            }
        case .suburb:
            if random.chance(0.8) {
                tree(start + random.uniform(0, 16), side * (edge + random.uniform(1.2, 4)), random.uniform(4.5, 10), &random)
            }
            if random.chance(0.7) {
                tree(start + random.uniform(0, 16), side * (edge + plot.garden + 14), random.uniform(8, 14), &random)
            }
        case .terrace, .shops, .offices:
            if random.chance(0.35) { tree(start + random.uniform(2, 14), side * (edge - 0.4), random.uniform(6, 11), &random) }
        }
    }

    private func tree(_ along: Float, _ aside: Float, _ height: Float, _ random: inout SplitMix64) {
        let radius = height * random.uniform(0.32, 0.50)
        let bottom = height * random.uniform(0.10, 0.24)
        let crown = Float(random.index(RoadTextures.crowns))
        let mirrored: Float = random.chance(0.5) ? 1 : 0
        let autumn = random.uniform(0, 1)
        let tint = autumn > 0.85 ? ink(0.58, 0.42, 0.20) : ink(0.26 + 0.14 * autumn, 0.38 + 0.08 * autumn, 0.17 + 0.06 * autumn)
        guard along > -radius - 2 else { return }
        let foot = stretch.place(along, aside, 0.1)
        let up = SIMD3<Float>(0, 1, 0)
        let across = facing(foot)
        if castShadows {
            shadow(foot, SIMD3(0.7, 0, 0), SIMD3(0, 0, 0.7), darkness: 0.35, soft: true)
            guard sunDarkness > 0.05 else { return }
            let (low, high) = (shadowReach(bottom), shadowReach(height))
            shadow(foot + (low + high) / 2, across * radius, (high - low) / 2, darkness: sunDarkness * 0.85, soft: true)
            return
        }
        let bark = RoadPaint(material: .trunk, label: RoadClass.tree, color: ink(0.30, 0.26, 0.22))
        limb(foot, foot + up * (bottom + radius * 0.6), height * 0.045, height * 0.03, bark)
        var leaves = RoadPaint(material: .crown, label: RoadClass.tree, color: tint, detail: SIMD4(crown, mirrored, 0, 0))
        let size = height - bottom
        quad(foot + up * bottom - across * radius, across * (2 * radius), up * size, u: 0...1, v: 0...1, leaves)
        guard along < 90 else { return }
        // A second, smaller bunch in front gives the crown some depth when passing by.
        leaves.detail = SIMD4(Float((Int(crown) + 2) % RoadTextures.crowns), 1 - mirrored, 0, 0)
        let front = SIMD3(-across.z, 0, across.x) * (-radius * 0.45)
        quad(
            foot + front + up * (bottom + size * 0.08) - across * (radius * 0.75), across * (1.5 * radius), up * (size * 0.72),
            u: 0...1, v: 0...1, leaves)
    }

    /// Lamps at regular distances, signs, signals, telegraph poles and bollards.
    func addFurniture(_ index: Int, _ plot: RoadPlan.Plot, _ start: Float, _ side: Float, _ random: inout SplitMix64) {
        let kerb = plan.halfWidth + 0.45
        if index % 2 != 0, !plot.isSideStreet { lamp(start, side, kerb) }
        if plan.hasCrossing(index) {
            let along = start + Float(RoadPlan.crossingStart)
            signal(along, side, kerb, &random)
        } else if plot.isSideStreet {
            if random.chance(0.7) { signal(start - 0.5, side, kerb, &random) }
        } else if random.chance(0.42) {
            sign(start + random.uniform(3, 13), side, kerb, &random)
        }
        if random.chance(0.16) {
            let foot = stretch.place(start + random.uniform(2, 14), side * (plan.pavementEdge - 0.3), 0.1)
            post(foot, random.uniform(6.5, 8.5), 0.22, ink(0.36, 0.29, 0.22), .trunk)
        }
        guard plot.district == .shops, random.chance(0.5) else { return }
        for step in 0..<5 {
            post(stretch.place(start + 2 + Float(step) * 1.6, side * kerb, 0.1), 0.95, 0.13, ink(0.16, 0.16, 0.17), .metal)
        }
    }

    private func post(_ foot: SIMD3<Float>, _ height: Float, _ width: Float, _ color: SIMD3<Float>, _ material: RoadMaterial) {
        if castShadows {
            let reach = shadowReach(height)
            if sunDarkness > 0.05 {
                shadow(foot + reach / 2, facing(foot) * (width / 2), reach / 2, darkness: sunDarkness * 0.9, soft: false)
            }
            return
        }
        limb(
            foot, foot + SIMD3(0, height, 0), width, width * 0.8,
            RoadPaint(material: material, label: RoadClass.pole, color: color))
    }

    private func lamp(_ along: Float, _ side: Float, _ kerb: Float) {
        let foot = stretch.place(along, side * kerb, 0.1)
        let height: Float = 7.2
        let color = ink(0.42, 0.44, 0.43)
        post(foot, height, 0.17, color, .metal)
        guard !castShadows else { return }
        let arm = stretch.right(along) * (-side * 1.3)
        let (top, head) = (foot + SIMD3(0, height, 0), foot + SIMD3(0, height + 0.25, 0) + arm)
        let metal = RoadPaint(material: .metal, label: RoadClass.pole, color: color)
        limb(top, head, 0.11, 0.09, metal)
        var glass = RoadPaint(material: .lamp, label: RoadClass.pole, color: ink(0.85, 0.75, 0.55))
        glass.detail.x = 3
        limb(head - arm * 0.25, head + arm * 0.28, 0.18, 0.2, glass)
        if light.lamps > 0 { glows.append(Glow(point: head, color: SIMD3(1, 0.72, 0.4) * light.lamps, radius: 0.9)) }
    }

    private static let boards: [SIMD3<Float>] = [
        ink(0.05, 0.36, 0.22), ink(0.10, 0.26, 0.60), ink(0.88, 0.88, 0.86), ink(0.85, 0.72, 0.10),
    ]

    private func sign(_ along: Float, _ side: Float, _ kerb: Float, _ source: inout SplitMix64) {
        var random = SplitMix64(seed: source.next())
        let foot = stretch.place(along, side * kerb, 0.1)
        let height = random.uniform(2.2, 3.0)
        let kind = random.index(4)
        let seed = UInt32(truncatingIfNeeded: random.next())
        let isAway = random.chance(0.2)
        post(foot, height, 0.09, ink(0.50, 0.51, 0.50), .metal)
        guard !castShadows else { return }
        var paint = RoadPaint(
            material: .plate, label: RoadClass.sign, color: Self.boards[Int(seed) % 4], seed: seed,
            detail: SIMD4(Float(kind), 0, 0, 0))
        if isAway { (paint.material, paint.color) = (.metal, ink(0.40, 0.41, 0.42)) }
        // Slightly in front of its post, facing the traffic.
        let forward = stretch.forward(along)
        let centre = foot + SIMD3(0, height + 0.1, 0) - forward * 0.07
        let across = stretch.right(along)
        let up = SIMD3<Float>(0, 1, 0)
        switch kind {
        case 2: polygon(centre, across * 0.5, up * 0.5, [SIMD2(-0.9, -0.6), SIMD2(0.9, -0.6), SIMD2(0, 0.95)], paint)
        case 3:
            let (wide, high) = (random.uniform(0.45, 1.1), random.uniform(0.3, 0.7))
            quad(centre, across * wide, up * high, u: -1...1, v: -1...1, paint)
        default: polygon(centre, across * 0.38, up * 0.38, Self.disc, paint)
        }
        if seed & 64 != 0 {
            let extra = RoadPaint(
                material: .plate, label: RoadClass.sign, color: ink(0.88, 0.88, 0.86), seed: seed, detail: SIMD4(3, 0, 0, 0))
            quad(centre - SIMD3(0, 0.72, 0), across * 0.3, up * 0.16, u: -1...1, v: -1...1, extra)
        }
    }

    private func signal(_ along: Float, _ side: Float, _ kerb: Float, _ random: inout SplitMix64) {
        let foot = stretch.place(along, side * kerb, 0.1)
        let phase = Int((time / 5 + Double(random.uniform(0, 3))).rounded(.down)) % 3
        post(foot, 3.3, 0.13, ink(0.22, 0.23, 0.23), .metal)
        guard !castShadows else { return }
        let paint = RoadPaint(
            material: .plate, label: RoadClass.sign, color: .zero, detail: SIMD4(4, Float(phase == 1 ? 2 : phase), 0, 0))
        let forward = stretch.forward(along)
        let front = foot + SIMD3(0, 2.75, 0) - forward * 0.18
        let across = stretch.right(along)
        quad(front, across * 0.19, SIMD3(0, 0.52, 0), u: -1...1, v: -1...1, paint)
        let casing = RoadPaint(material: .metal, label: RoadClass.sign, color: ink(0.10, 0.10, 0.10))
        quad(front + across * 0.19, forward * 0.3, SIMD3(0, 0.52, 0), u: 0...1, v: -1...1, casing)
        quad(front - across * 0.19, forward * 0.3, SIMD3(0, 0.52, 0), u: 0...1, v: -1...1, casing)
    }
}
