import NeuralNetwork

/// Where the road goes and how fast the camera follows it; everything follows from the seed.
///
/// Units: metres along the road, radians, seconds.
struct RoadCourse: Sendable {
    private struct Wave { var amplitude, length, phase: Double }
    private let bends: [Wave]
    private let hills: [Wave]
    let speed: Double
    private let rhythm: Double

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed, 0x44)
        func wave(_ random: inout SplitMix64, _ amplitude: ClosedRange<Float>, _ length: ClosedRange<Float>) -> Wave {
            Wave(
                amplitude: Double(random.uniform(amplitude.lowerBound, amplitude.upperBound)),
                length: Double(random.uniform(length.lowerBound, length.upperBound)), phase: Double(random.uniform(0, 6.28)))
        }
        bends = [wave(&random, 0.1...0.45, 380...560), wave(&random, 0.0...0.10, 130...190)]
        hills = [wave(&random, 0.2...1.3, 280...420), wave(&random, 0.0...0.25, 90...130)]
        speed = Double(random.uniform(7.5, 12))
        rhythm = Double(random.uniform(0.25, 0.45))
    }

    /// How far the camera has come; its speed swings by a third around the mean.
    func distance(at time: Double) -> Double {
        speed * (time + 0.33 / rhythm * PortableMath.sine(rhythm * time))
    }

    func heading(at distance: Double) -> Double {
        bends.reduce(0) { $0 + $1.amplitude * PortableMath.sine(2 * .pi * distance / $1.length + $1.phase) }
    }

    func elevation(at distance: Double) -> Double {
        hills.reduce(0) { $0 + $1.amplitude * PortableMath.sine(2 * .pi * distance / $1.length + $1.phase) }
    }
}
