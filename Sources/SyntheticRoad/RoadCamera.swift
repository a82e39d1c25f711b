import NeuralNetwork

/// The camera behind the windscreen: where it is mounted, how it sees and how it trembles.
///
/// Units: metres, radians; the focal length is in multiples of the picture's width.
struct RoadCamera: Sendable {
    let height: Float
    let pitch: Float
    let focalLength: Float
    let roll: Float
    let shake: Float
    let softness: Float
    let vignette: Float
    let phase: Double

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed, 0x33)
        height = random.uniform(1.25, 1.65)
        pitch = random.uniform(-0.01, 0.055)
        focalLength = random.uniform(0.80, 1.10)
        roll = random.uniform(-0.012, 0.012)
        shake = random.uniform(0.3, 1)
        softness = random.uniform(0.05, 0.45)
        vignette = random.uniform(0.05, 0.3)
        phase = Double(random.uniform(0, 6))
    }

    /// The trembling at a time: up and down (metres), pitch, roll (radians).
    func tremble(at time: Double) -> (lift: Float, pitch: Float, roll: Float) {
        func wave(_ frequency: Double, _ offset: Double) -> Float { Float(PortableMath.sine(time * frequency + phase + offset)) }
        let lift = (wave(8.3, 0) + 0.6 * wave(14.9, 1)) * 0.008 * shake
        let nod = (wave(6.1, 2) + 0.5 * wave(17.3, 3) + 0.3 * wave(31.7, 4)) * 0.0022 * shake
        let sway = (wave(4.7, 5) + 0.4 * wave(11.2, 6)) * 0.0025 * shake
        return (lift, nod, sway)
    }
}
