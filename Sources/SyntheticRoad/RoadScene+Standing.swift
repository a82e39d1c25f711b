import NeuralNetwork

extension RoadScene {
    /// Everything that stays in its plot: houses, trees, fences, lamps, signs, parked cars.
    func addStanding() {
        let first = RoadPlan.plotIndex(stretch.origin - 12)
        for index in first...RoadPlan.plotIndex(stretch.origin + 235) {
            for side in [-1, 1] {
                let plot = plan.plot(index, side: side)
                let start = stretch.along(Double(index) * RoadPlan.plotLength)
                var random = plot.random
                addHouses(plot, start, Float(side), &random)
                addGreenery(plot, start, Float(side), &random)
                addFence(plot, start, Float(side), &random)
                addFurniture(index, plot, start, Float(side), &random)
                if plan.hasParking, !plot.isSideStreet, !plan.hasCrossing(index) { addParked(plot, start, Float(side), &random) }
            }
        }
    }

    private func addHouses(_ plot: RoadPlan.Plot, _ start: Float, _ side: Float, _ random: inout SplitMix64) {
        guard !plot.isSideStreet else { return }
        let front = plan.pavementEdge + plot.garden
        switch plot.district {
        case .terrace:
            let units = 2 + random.index(2)
            let height = random.uniform(5.4, 8.4)
            for unit in 0..<units {
                let width = 16 / Float(units)
                house(start + Float(unit) * width, width, front, side, height + random.uniform(-0.2, 0.2), 0, true, &random)
            }
        case .shops:
            for unit in 0..<2 {
                house(start + Float(unit) * 8, 8, front, side, random.uniform(6.5, 11), 1, random.chance(0.5), &random)
            }
        case .offices: house(start, random.chance(0.8) ? 16 : 12, front, side, random.uniform(9, 19), 2, false, &random)
        case .suburb:
            house(start + random.uniform(1, 3), random.uniform(8, 11), front, side, random.uniform(4.8, 6.4), 0, true, &random)
        case .park: return
        case .field: if random.chance(0.12) { house(start + 2, 11, front + 8, side, 5, 0, true, &random) }
        }
    }

    private static let walls: [SIMD3<Float>] = [
        ink(0.50, 0.31, 0.24), ink(0.44, 0.27, 0.21), ink(0.58, 0.50, 0.37), ink(0.63, 0.56, 0.44), ink(0.84, 0.82, 0.76),
        ink(0.78, 0.72, 0.60), ink(0.55, 0.53, 0.50), ink(0.40, 0.36, 0.33), ink(0.66, 0.64, 0.62), ink(0.52, 0.40, 0.32),
    ]
    private static let roofs: [SIMD3<Float>] = [
        ink(0.30, 0.30, 0.33), ink(0.44, 0.25, 0.19), ink(0.35, 0.31, 0.29), ink(0.40, 0.30, 0.25),
    ]

    private func house(
        _ start: Float, _ width: Float, _ front: Float, _ side: Float, _ height: Float, _ style: Float, _ pitched: Bool,
        _ source: inout SplitMix64
    ) {
        // A generator of its own, so that what one pass leaves out does not change what follows.
        var random = SplitMix64(seed: source.next())
        var paint = RoadPaint(material: .facade, label: RoadClass.building, color: Self.walls[random.index(Self.walls.count)])
        paint.seed = UInt32(truncatingIfNeeded: random.next())
        let storey = style == 2 ? random.uniform(3.1, 3.6) : random.uniform(2.6, 3.1)
        let bays = max(1, (width / (style == 2 ? random.uniform(1.6, 3.2) : 2.6)).rounded())
        paint.detail = SIMD4(style == 1 ? storey + 0.5 : storey, width / bays, height, style)
        let roofPaint = RoadPaint(
            material: .roof, label: RoadClass.building, color: Self.roofs[random.index(Self.roofs.count)], seed: paint.seed)
        let near = stretch.place(start, side * front)
        let far = stretch.place(start + width, side * front)
        let along = (far - near) / max(length(far - near), 0.1)
        let away = stretch.right(start + width / 2) * side
        let up = SIMD3<Float>(0, 1, 0)
        let depth: Float = 9
        if castShadows {
            guard sunDarkness > 0.05 else { return }
            let reach = shadowReach(height)
            shadow((near + far) / 2 + reach / 2, (far - near) / 2, reach / 2, darkness: sunDarkness, soft: false)
            let middle = (near + far) / 2 + away * (depth / 2)
            shadow(middle + reach / 2, away * (depth / 2), reach / 2, darkness: sunDarkness, soft: false)
            return
        }
        let long = length(far - near)
        quad(near, along, up, u: 0...long, v: 0...height, paint)
        var plain = paint
        plain.material = .wall
        quad(near, away, up, u: 0...depth, v: 0...height, plain)
        quad(far, away, up, u: 0...depth, v: 0...height, plain)
        guard pitched else {
            quad(near + up * height, along, away, u: 0...long, v: 0...depth, roofPaint)
            return
        }
        let rise = depth * 0.33
        let slope = away * (depth / 2) + up * rise
        let slopeLength = length(slope)
        quad(
            near + up * height - slope * 0.06, along, slope / slopeLength, u: -0.1...(long + 0.1), v: 0...(slopeLength * 1.06),
            roofPaint)
        let gable: ContiguousArray<SIMD2<Float>> = [SIMD2(0, height), SIMD2(depth, height), SIMD2(depth / 2, height + rise)]
        polygon(near, away, up, gable, plain)
        polygon(far, away, up, gable, plain)
        if random.chance(0.6) { chimney(near + up * (height - 0.3) + slope * 0.8, along, away, plain) }
    }

    private func chimney(_ foot: SIMD3<Float>, _ along: SIMD3<Float>, _ away: SIMD3<Float>, _ paint: RoadPaint) {
        let up = SIMD3<Float>(0, 1, 0)
        quad(foot + along * 0.6, along, up, u: 0...0.9, v: 0...1.6, paint)
        quad(foot + along * 0.6, away, up, u: 0...0.6, v: 0...1.6, paint)
    }

    private func addFence(_ plot: RoadPlan.Plot, _ start: Float, _ side: Float, _ random: inout SplitMix64) {
        guard !plot.isSideStreet else { return }
        let kind = random.uniform(0, 1)
        let green = plan.grass * random.uniform(0.6, 0.9)
        let color = random.chance(0.5) ? ink(0.12, 0.14, 0.13) : ink(0.50, 0.50, 0.48)
        let wood = random.chance(0.5) ? ink(0.46, 0.35, 0.25) : ink(0.60, 0.52, 0.40)
        let isOpen = plot.district == .park || plot.district == .field
        guard isOpen || plot.district == .suburb || (plot.district == .terrace && plot.garden > 1.3 && kind < 0.7) else { return }
        let aside = side * (plan.pavementEdge + 0.1)
        let from = stretch.place(start, aside, 0.1)
        let to = stretch.place(start + 16, aside, 0.1)
        let along = (to - from) / length(to - from)
        let long = length(to - from)
        let high = random.uniform(0.9, 1.6)
        var paint = RoadPaint(material: .planks, label: RoadClass.fence, color: wood, detail: SIMD4(high, 0, 0, 0))
        if kind < 0.4 { (paint.material, paint.color) = (.railing, color) }
        if kind > 0.74 { paint = RoadPaint(material: .hedge, label: RoadClass.tree, color: green) }
        let gate: Float = isOpen ? 0 : 3
        quad(from, along, SIMD3(0, 1, 0), u: gate...long, v: 0...high, paint)
        if paint.material == .hedge {
            quad(from + SIMD3(0, high, 0), along, stretch.right(start) * side, u: gate...long, v: 0...0.8, paint)
        }
    }

    private func addParked(_ plot: RoadPlan.Plot, _ start: Float, _ side: Float, _ random: inout SplitMix64) {
        let busy: Float = plot.district == .terrace || plot.district == .shops ? 0.7 : 0.35
        for slot in 0..<3 {
            var own = SplitMix64(seed: random.next())
            guard own.chance(busy) else { continue }
            let along = start + 2.7 + Float(slot) * 5.3 + own.uniform(-0.3, 0.3)
            guard along < 190 else { continue }
            let isTurned = own.chance(0.1) ? -1 : Float(1)
            let forward = stretch.forward(along) * (side == plan.drivingSide ? isTurned : -isTurned)
            car(stretch.place(along, side * (plan.halfWidth - 1.12)), forward, &own, isMoving: false, isBraking: false)
        }
    }
}
