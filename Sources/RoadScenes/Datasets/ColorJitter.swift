import NeuralNetwork

/// A random change of a picture's light: saturation, contrast and brightness, each by a factor around 1.
///
/// Units: 8-bit RGB values as floats.
struct ColorJitter {
    /// Rec. 601's.
    private static let luma = SIMD3<Float>(0.299, 0.587, 0.114)
    /// All three changes are linear: what each channel adds to the result, and what is added to all.
    private let red: SIMD3<Float>
    private let green: SIMD3<Float>
    private let blue: SIMD3<Float>
    private let offset: SIMD3<Float>

    /// - Parameters:
    ///   - strength: the largest distance of a factor from 1, 0..<1.
    ///   - pivot: the colour that contrast leaves as it is.
    init(strength: Float, around pivot: SIMD3<Float>, _ random: inout SplitMix64) {
        let saturation = random.uniform(1 - strength, 1 + strength)
        let contrast = random.uniform(1 - strength, 1 + strength)
        let brightness = random.uniform(1 - strength, 1 + strength)
        let gray = Self.luma * (1 - saturation)
        red = (SIMD3(saturation, 0, 0) + gray.x) * (contrast * brightness)
        green = (SIMD3(0, saturation, 0) + gray.y) * (contrast * brightness)
        blue = (SIMD3(0, 0, saturation) + gray.z) * (contrast * brightness)
        offset = pivot * ((1 - contrast) * brightness)
    }

    @inline(__always)
    func apply(_ color: SIMD3<Float>) -> SIMD3<Float> {
        let changed = red * color.x + green * color.y + blue * color.z + offset
        return changed.replacing(with: 0, where: changed .< 0).replacing(with: 255, where: changed .> 255)
    }
}
