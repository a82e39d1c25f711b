import NeuralNetwork

/// What stands along the road: cross-section, districts and what each plot of 16 m holds; everything follows from the seed.
///
/// Units: metres; sides are -1 (left) and 1 (right).
struct RoadPlan: Sendable {
    /// What a stretch of 64 m on one side is like.
    enum District: CaseIterable { case terrace, shops, offices, suburb, park, field }

    /// One plot of 16 m on one side.
    struct Plot {
        var district: District
        var isSideStreet: Bool
        /// From the pavement's far edge to the houses.
        var garden: Float
        var random: SplitMix64
    }

    static let plotLength = 16.0
    let seed: UInt64
    /// The side one drives on.
    let drivingSide: Float
    let laneWidth: Float
    let hasParking: Bool
    let pavementWidth: Float
    let asphalt: SIMD3<Float>
    let paving: SIMD3<Float>
    let grass: SIMD3<Float>
    private let mixture: [District]

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed, 0x55)
        self.seed = seed
        drivingSide = random.chance(0.6) ? -1 : 1
        laneWidth = random.uniform(3.0, 3.6)
        hasParking = random.chance(0.65)
        pavementWidth = random.uniform(2.2, 4.2)
        let gray = random.uniform(0.34, 0.46)
        asphalt = ink(gray, gray * random.uniform(0.97, 1.01), gray * random.uniform(0.96, 1.04))
        let stone = random.uniform(0.46, 0.60)
        paving = ink(stone, stone * random.uniform(0.92, 0.99), stone * random.uniform(0.82, 0.98))
        grass = ink(random.uniform(0.27, 0.40), random.uniform(0.38, 0.46), random.uniform(0.14, 0.22))
        let towns: [[District]] = [
            [.terrace, .terrace, .shops, .offices, .park], [.suburb, .suburb, .terrace, .park, .field],
            [.shops, .offices, .shops, .terrace], [.terrace, .suburb, .offices, .park, .shops],
        ]
        mixture = towns[random.index(towns.count)]
    }

    var halfWidth: Float { laneWidth + (hasParking ? 2.25 : 0.5) }
    var pavementEdge: Float { halfWidth + pavementWidth }

    func plot(_ index: Int, side: Int) -> Plot {
        var zone = SplitMix64(seed: seed, 0x66, side, Int((Double(index) / 4).rounded(.down)))
        let district = mixture[zone.index(mixture.count)]
        let garden: Float =
            switch district {
            case .terrace: zone.uniform(0.0, 2.5)
            case .shops: zone.uniform(0, 0.8)
            case .offices: zone.uniform(1.5, 5)
            case .suburb: zone.uniform(4.5, 8)
            case .park, .field: zone.uniform(8, 14)
            }
        var random = SplitMix64(seed: seed, 0x77, side, index)
        let isSideStreet = random.chance(0.09) && !hasCrossing(index)
        return Plot(district: district, isSideStreet: isSideStreet, garden: garden, random: random)
    }

    /// Whether people cross the road in this plot.
    func hasCrossing(_ index: Int) -> Bool {
        var random = SplitMix64(seed: seed, 0x88, index)
        return random.chance(0.09)
    }

    /// A crossing's start within its plot.
    static let crossingStart = 6.0

    static func plotIndex(_ distance: Double) -> Int { Int((distance / plotLength).rounded(.down)) }
}
