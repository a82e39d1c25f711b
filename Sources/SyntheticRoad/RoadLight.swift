import NeuralNetwork

/// The light of one drive: sky, sun, haze and lamps as they follow from the conditions.
///
/// Units: light is linear (the square of a screen value); densities are per metre; the sun's direction is in world axes.
struct RoadLight: Sendable {
    var ambient = SIMD3<Float>(repeating: 0.5)
    var sun = SIMD3<Float>(repeating: 0)
    var sunDirection = SIMD3<Float>(0, 1, 0)
    var zenith = SIMD3<Float>(repeating: 0)
    var horizon = SIMD3<Float>(repeating: 0)
    var cloud = SIMD3<Float>(repeating: 0)
    var cloudShade = SIMD3<Float>(repeating: 0)
    var cloudCover: Float = 0
    var haze = SIMD3<Float>(repeating: 0)
    var hazeDensity: Float = 0
    /// Own headlights, street lamps and lit windows: 0 by day.
    var lamps: Float = 0
    var wetness: Float = 0
    var exposure: Float = 1
    var noise: Float = 0.012
    var isRaining = false

    init(_ conditions: RoadConditions, seed: UInt64) {
        var random = SplitMix64(seed: seed, 0x22)
        let azimuth = Double(random.uniform(0, 6.283))
        var elevation = random.uniform(0.3, 0.9)
        switch conditions.light {
        case .day: day(&random)
        case .dusk:
            dusk(&random)
            elevation = random.uniform(0.08, 0.16)
        case .night: night(&random)
        }
        let flat = (1 - elevation * elevation).squareRoot()
        sunDirection = SIMD3(
            Float(PortableMath.sine(azimuth)) * flat, elevation, Float(PortableMath.cosine(azimuth)) * flat)
        apply(conditions.weather, light: conditions.light, &random)
    }

    private mutating func day(_ random: inout SplitMix64) {
        ambient = SIMD3(0.30, 0.33, 0.40) * random.uniform(0.8, 1.1)
        sun = SIMD3(1.05, 0.96, 0.82) * random.uniform(0.8, 1.25)
        // A camera exposed for the street often shows a white sky.
        let bright = random.uniform(0.95, 2.2)
        zenith = ink(0.34, 0.54, 0.86) * bright
        horizon = ink(0.84, 0.90, 0.97) * bright
        cloud = SIMD3(1.05, 1.05, 1.05) * bright
        cloudShade = ink(0.72, 0.75, 0.80) * bright
        cloudCover = random.uniform(0.15, 0.6)
        haze = ink(0.78, 0.83, 0.90)
        hazeDensity = random.uniform(0.0006, 0.0022)
        exposure = random.uniform(0.75, 1.3)
    }

    private mutating func dusk(_ random: inout SplitMix64) {
        ambient = SIMD3(0.19, 0.19, 0.26)
        sun = SIMD3(0.34, 0.17, 0.07) * random.uniform(0.3, 1)
        zenith = ink(0.30, 0.38, 0.58)
        horizon = ink(0.96, 0.70, 0.50)
        cloud = ink(0.85, 0.60, 0.52)
        cloudShade = ink(0.42, 0.40, 0.50)
        cloudCover = random.uniform(0.2, 0.6)
        haze = ink(0.64, 0.54, 0.52)
        hazeDensity = random.uniform(0.0015, 0.003)
        lamps = 0.35
        exposure = random.uniform(0.9, 1.25)
        noise = 0.022
    }

    private mutating func night(_ random: inout SplitMix64) {
        ambient = SIMD3(0.020, 0.021, 0.030)
        zenith = ink(0.04, 0.05, 0.10)
        horizon = ink(0.17, 0.15, 0.16)
        cloud = ink(0.16, 0.14, 0.15)
        cloudShade = ink(0.10, 0.09, 0.11)
        cloudCover = random.uniform(0.2, 0.7)
        haze = ink(0.13, 0.12, 0.13)
        hazeDensity = random.uniform(0.002, 0.004)
        lamps = 1
        exposure = random.uniform(1.0, 1.4)
        noise = 0.034
    }

    private mutating func apply(_ weather: RoadConditions.Weather, light: RoadConditions.Light, _ random: inout SplitMix64) {
        let gray = light == .day ? ink(0.90, 0.91, 0.93) : (light == .dusk ? ink(0.52, 0.50, 0.53) : horizon)
        switch weather {
        case .clear: return
        case .overcast:
            overcast(gray, sunShare: 0.06, &random)
        case .rain:
            overcast(gray * 0.72, sunShare: 0.02, &random)
            ambient *= 0.8
            haze = gray * 0.62
            hazeDensity = random.uniform(0.004, 0.009)
            wetness = random.uniform(0.7, 1)
            isRaining = true
        case .fog:
            overcast(gray * 0.85, sunShare: 0, &random)
            zenith = gray * 0.82
            cloudCover = 0
            haze = gray * 0.8
            horizon = haze
            hazeDensity = random.uniform(0.018, 0.034)
            wetness = 0.3
        }
    }

    private mutating func overcast(_ gray: SIMD3<Float>, sunShare: Float, _ random: inout SplitMix64) {
        ambient = ambient * random.uniform(0.8, 1.25) + sun * 0.18
        sun *= sunShare
        zenith = gray * 0.85
        horizon = gray
        cloud = gray * 1.08
        cloudShade = gray * 0.66
        cloudCover = 0.85
        haze = gray * 0.85
        hazeDensity *= 1.6
    }

    /// The daylight that falls on a surface with this normal.
    @inline(__always)
    func falling(on normal: SIMD3<Float>, sun direction: SIMD3<Float>) -> SIMD3<Float> {
        let facing = dot(normal, direction)
        return ambient * (0.78 + 0.22 * normal.y) + (facing > 0 ? sun * facing : SIMD3())
    }
}
