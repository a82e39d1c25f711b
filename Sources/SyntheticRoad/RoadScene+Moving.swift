import NeuralNetwork

extension RoadScene {
    /// Everything that moves: cars, bicyclists, people. Each follows from its number and the time, so that any frame can be
    /// made alone.
    func addMoving() {
        addOncoming()
        addCarsAhead()
        addBicyclists()
        addWalkers()
        addCrossing()
    }

    /// Calls `body` for each member of a stream that moves along the road at one speed, from near to far.
    private func stream(
        _ name: Int, speed: Double, spacing: Double, reach: Double, share: Float, _ body: (Float, inout SplitMix64) -> Void
    ) {
        let shift = speed * time
        let first = Int(((stretch.origin - 14 - shift) / spacing).rounded(.down))
        let last = Int(((stretch.origin + reach - shift) / spacing).rounded(.up))
        for number in first...last {
            var random = SplitMix64(seed: plan.seed, 0x99, name, number)
            guard random.chance(share) else { continue }
            let jitter = Double(random.uniform(0.15, 0.85))
            body(stretch.along((Double(number) + jitter) * spacing + shift), &random)
        }
    }

    private func addOncoming() {
        var own = SplitMix64(seed: plan.seed, 0xAA)
        let share = own.uniform(0.35, 0.85)
        stream(1, speed: -Double(own.uniform(8, 12)), spacing: 24, reach: 200, share: share) { along, random in
            let aside = -plan.drivingSide * (plan.laneWidth / 2 + random.uniform(0, 0.25))
            car(stretch.place(along, aside), -stretch.forward(along), &random, isMoving: true, isBraking: false)
        }
    }

    private func addCarsAhead() {
        var random = SplitMix64(seed: plan.seed, 0xBB)
        var along = random.uniform(13, 30)
        for number in 0..<random.index(4) {
            let rhythm = Double(random.uniform(0.25, 0.5))
            let phase = Double(number) + rhythm * time
            let swing = number == 0 ? min(5, along - 8.5) : 6
            let place = along + swing * Float(PortableMath.sine(phase))
            let isBraking = PortableMath.cosine(phase) < -0.6
            var own = SplitMix64(seed: plan.seed, 0xBC, number)
            let aside = plan.drivingSide * (plan.laneWidth / 2 + own.uniform(-0.2, 0.3))
            car(stretch.place(place, aside), stretch.forward(place), &own, isMoving: true, isBraking: isBraking)
            along += random.uniform(15, 32)
        }
    }

    private func addBicyclists() {
        let edge = plan.halfWidth - (plan.hasParking ? 2.25 : 0) - 0.25
        stream(2, speed: 4.4, spacing: 30, reach: 120, share: 0.5) { along, random in
            let aside = plan.drivingSide * (edge + random.uniform(-0.15, 0.3))
            bicyclist(stretch.place(along, aside), stretch.forward(along), &random)
        }
        stream(3, speed: -4.9, spacing: 38, reach: 120, share: 0.5) { along, random in
            let aside = -plan.drivingSide * (edge + random.uniform(-0.1, 0.4))
            bicyclist(stretch.place(along, aside), -stretch.forward(along), &random)
        }
    }

    private func addWalkers() {
        var own = SplitMix64(seed: plan.seed, 0xCC)
        let share = own.uniform(0.25, 0.6)
        for side in [Float(-1), 1] {
            for direction in [-1.35, 1.25, 0] {
                let name = 4 + (side > 0 ? 1 : 0) + (direction > 0 ? 2 : (direction == 0 ? 4 : 0))
                stream(name, speed: direction, spacing: 11, reach: 110, share: direction == 0 ? share * 0.5 : share) {
                    along, random in
                    let aside = side * (plan.halfWidth + random.uniform(0.7, plan.pavementWidth - 0.3))
                    let forward =
                        direction == 0 ? stretch.right(along) * -side : stretch.forward(along) * (direction > 0 ? 1 : -1)
                    let pace = direction == 0 ? 0 : time * 5.4 + Double(random.uniform(0, 6))
                    person(stretch.place(along, aside, 0.13), forward, pace: pace, &random)
                }
            }
        }
    }

    /// People on crossings hurry over before the camera arrives.
    private func addCrossing() {
        let here = RoadPlan.plotIndex(stretch.origin)
        for index in here...(here + 6) where plan.hasCrossing(index) {
            let start = Double(index) * RoadPlan.plotLength + RoadPlan.crossingStart
            let along = stretch.along(start)
            var random = SplitMix64(seed: plan.seed, 0xDD, index)
            for _ in 0..<(1 + random.index(3)) {
                let direction: Float = random.chance(0.5) ? 1 : -1
                let progress = (random.uniform(52, 80) - along) / 40
                let aside = direction * (clamp(progress) * 2 - 1) * (plan.halfWidth + 0.8)
                let place = along + random.uniform(0.8, 3.2)
                let isWalking = progress > 0 && progress < 1
                let pace = isWalking ? time * 7 + Double(random.uniform(0, 6)) : 0
                person(stretch.place(place, aside, isWalking ? 0 : 0.13), stretch.right(place) * direction, pace: pace, &random)
            }
        }
    }
}
