/// A random change of a picture's light: saturation, contrast and brightness, each by a factor around 1.
///
/// Units: 8-bit RGB values as floats.
struct ColorJitter {
    /// Rec. 601's luma.
    private static let luma = SIMD3<Float>(0.299, 0.587, 0.114)
    private let saturation: Float
    private let contrast: Float
    private let brightness: Float
    /// The colour that contrast leaves as it is.
    private let pivot: SIMD3<Float>

    /// - Parameters:
    ///   - strength: the largest distance of a factor from 1, 0..<1.
    ///   - pivot: the colour that contrast leaves as it is.
    init(strength: Float, around pivot: SIMD3<Float>, _ random: inout SplitMix64) {
        self.pivot = pivot
        saturation = random.uniform(1 - strength, 1 + strength)
        contrast = random.uniform(1 - strength, 1 + strength)
        brightness = random.uniform(1 - strength, 1 + strength)
    }

    func apply(_ color: SIMD3<Float>) -> SIMD3<Float> {
        let gray = SIMD3(repeating: (color * Self.luma).sum())
        let saturated = gray + (color - gray) * saturation
        return ((pivot + (saturated - pivot) * contrast) * brightness).clamped(
            lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 255))
    }
}
