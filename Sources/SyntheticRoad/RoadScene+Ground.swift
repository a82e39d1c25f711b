extension RoadScene {
    /// Road, kerbs, pavements, gardens and the land behind, in strips that are shorter the nearer they are.
    func layGround() {
        layLand()
        var distance = stretch.origin - 6
        distance = (distance / 2).rounded(.down) * 2
        while stretch.along(distance) < 250 {
            let along = stretch.along(distance)
            let step = along < 50 ? 2.0 : (along < 110 ? 4.0 : 8.0)
            let next = ((distance + step) / step).rounded(.down) * step
            layStrip(distance, next)
            distance = next
        }
    }

    private func layStrip(_ start: Double, _ end: Double) {
        let (near, far) = (stretch.along(start), stretch.along(end))
        let half = plan.halfWidth
        let index = RoadPlan.plotIndex((start + end) / 2)
        var tarmac = RoadPaint(material: .asphalt, label: RoadClass.road, color: plan.asphalt)
        let crossing = stretch.along(Double(index) * RoadPlan.plotLength + RoadPlan.crossingStart) + texturePhase
        tarmac.detail = SIMD4(plan.laneWidth, plan.hasCrossing(index) ? crossing : -100, half, plan.hasParking ? 1 : 0)
        strip(near, far, -half, half, 0, tarmac)
        for side in [-1, 1] {
            layVerge(near, far, Float(side), plan.plot(index, side: side))
        }
    }

    private func layVerge(_ near: Float, _ far: Float, _ side: Float, _ plot: RoadPlan.Plot) {
        let (half, edge) = (plan.halfWidth, plan.pavementEdge)
        let front = edge + plot.garden
        guard !plot.isSideStreet else {
            strip(
                near, far, side * half, side * (front + 60), 0,
                RoadPaint(material: .asphalt, label: RoadClass.road, color: plan.asphalt))
            return
        }
        let stone = RoadPaint(material: .kerb, label: RoadClass.pavement, color: plan.paving * 1.15)
        let foot = stretch.place(near, side * half)
        quad(
            foot, (stretch.place(far, side * half) - foot) / (far - near), SIMD3(0, 1, 0), u: 0...(far - near), v: 0...0.13, stone
        )
        let paved = RoadPaint(material: .paving, label: RoadClass.pavement, color: plan.paving)
        let lawn = RoadPaint(material: .grass, label: RoadClass.tree, color: plan.grass)
        strip(near, far, side * half, side * edge, 0.13, paved)
        let isGreen = plot.district == .suburb || plot.district == .park || plot.district == .field
        if plot.garden > 0 { strip(near, far, side * edge, side * front, 0.13, isGreen ? lawn : paved) }
        strip(near, far, side * front, side * (front + 45), 0.13, isGreen ? lawn : paved)
    }

    /// A level strip across the road; u counts aside, v along, continuous over neighbouring strips.
    private func strip(_ near: Float, _ far: Float, _ from: Float, _ to: Float, _ up: Float, _ paint: RoadPaint) {
        let a = stretch.place(near, from, up)
        let b = stretch.place(near, to, up)
        let c = stretch.place(far, to, up)
        let d = stretch.place(far, from, up)
        let (v0, v1) = (near + texturePhase, far + texturePhase)
        triangle(a, (b - a) / (to - from), (d - a) / (far - near), (from, v0), (to, v0), (from, v1), paint)
        triangle(c, (c - d) / (to - from), (c - b) / (far - near), (to, v1), (from, v1), (to, v0), paint)
    }

    private func triangle(
        _ at: SIMD3<Float>, _ across: SIMD3<Float>, _ along: SIMD3<Float>, _ a: (Float, Float), _ b: (Float, Float),
        _ c: (Float, Float),
        _ paint: RoadPaint
    ) {
        let origin = at - across * a.0 - along * a.1
        polygon(origin, across, along, [SIMD2(a.0, a.1), SIMD2(b.0, b.1), SIMD2(c.0, c.1)], paint)
    }

    /// What lies beyond everything else, up to the horizon.
    private func layLand() {
        var lowest: Float = 0
        for along in stride(from: Float(0), through: 250, by: 10) { lowest = min(lowest, stretch.place(along, 0).y) }
        let field = RoadPaint(material: .grass, label: RoadClass.tree, color: plan.grass)
        quad(SIMD3(0, lowest - 0.5, 0), SIMD3(1, 0, 0), SIMD3(0, 0, 1), u: -1500...1500, v: 0.5...1500, field)
    }

    /// Woods on the horizon.
    func addBackdrop() {
        let paint = RoadPaint(material: .backdrop, label: RoadClass.tree, color: plan.grass * 0.55, detail: SIMD4(1, 0, 0, 0))
        let shift = Float(stretch.heading) * 260
        quad(SIMD3(-shift, -8, 262), SIMD3(1, 0, 0), SIMD3(0, 1.25, 0), u: (shift - 420)...(shift + 420), v: 0...18, paint)
    }
}
