import CKernels
import Foundation
import NeuralNetwork
import Video

/// A change of a picture's light and colours, to be applied to its pixels: a curve, a linear map, a tint that fades from the
/// top of the picture to the bottom, blur and noise.
///
/// Units: 8-bit values as floats, 0…255.
struct LightChange {
    /// Rec. 601's weights of red, green and blue.
    private static let luma: [Float] = [0.299, 0.587, 0.114]

    /// Of each value; 256 entries.
    private var curve = (0..<256).map(Float.init)
    private var saturation: Float
    private var contrast: Float
    /// The colour that contrast leaves as it is; the picture's mean where nil.
    private var pivot: [Float]?
    private var gains: [Float] = [1, 1, 1]
    /// What the top row gains, as a share of each channel.
    private var tint: [Float] = [0, 0, 0]
    private var tintPower: Float = 1
    private var blurs = false
    private var noise: Float = 0
    private var noiseSeed: UInt32 = 0

    /// The slight change of `Augmentation.colorJitter`.
    ///
    /// - Parameters:
    ///   - jitter: the largest distance of saturation, contrast and brightness from 1, 0..<1.
    ///   - pivot: the colour that contrast leaves as it is.
    init(jitter: Float, around pivot: [Float], _ random: inout SplitMix64) {
        saturation = random.uniform(1 - jitter, 1 + jitter)
        contrast = random.uniform(1 - jitter, 1 + jitter)
        let brightness = random.uniform(1 - jitter, 1 + jitter)
        gains = [brightness, brightness, brightness]
        self.pivot = pivot
    }

    /// The strong change of `Augmentation.photometric`: gamma and brightness of 0.6…1.6 and 0.6…1.4, saturation of 0…1.8,
    /// contrast of 0.6…1.4, each channel by 0.8…1.2, up to 35 % more or less of each at the top, now and then blur and noise.
    ///
    /// - Parameter strength: 0…1; how much of these distances from no change.
    init(strength: Float, _ random: inout SplitMix64) {
        func factor(_ low: Float, _ high: Float) -> Float { 1 + strength * (random.uniform(low, high) - 1) }
        let (gamma, brightness) = (factor(0.6, 1.6), factor(0.6, 1.4))
        curve = (0..<256).map { 255 * brightness * pow(Float($0) / 255, gamma) }
        saturation = factor(0, 1.8)
        contrast = factor(0.6, 1.4)
        gains = (0..<3).map { _ in factor(0.8, 1.2) }
        tint = (0..<3).map { _ in factor(0.65, 1.35) - 1 }
        tintPower = random.uniform(0.5, 3)
        blurs = random.chance(0.3 * strength)
        let isNoisy = random.chance(0.3 * strength)
        noise = isNoisy ? 0.04 * 255 * strength : 0
        noiseSeed = UInt32(truncatingIfNeeded: random.next())
    }

    /// Changes the part of a picture that these rows and columns make up.
    func apply(to image: RGBImage, rows: Range<Int>, columns: Range<Int>) {
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let place = rows.lowerBound * image.rowBytes + columns.lowerBound * 3
        image.bytes.withPointer { change($0 + place, image.rowBytes, Int32(columns.count), Int32(rows.count)) }
    }

    private func change(_ start: UnsafeMutablePointer<UInt8>, _ rowBytes: Int, _ width: Int32, _ height: Int32) {
        let matrix = (0..<9).map { place in
            let (row, column) = (place / 3, place % 3)
            return gains[row] * contrast * ((1 - saturation) * Self.luma[column] + (row == column ? saturation : 0))
        }
        var means = pivot ?? [0, 0, 0]
        if pivot == nil {
            cp_means(start, rowBytes, width, height, curve, &means)
            // Saturation comes before contrast, which leaves the mean of what it gets.
            let gray = zip(Self.luma, means).reduce(0) { $0 + $1.0 * $1.1 }
            means = means.map { gray + saturation * ($0 - gray) }
        }
        let offset = (0..<3).map { gains[$0] * (1 - contrast) * means[$0] }
        var scratch = [Float](repeating: 0, count: 12 * Int(width))
        cp_change_light(
            start, rowBytes, width, height, curve, matrix, offset, tints(Int(height)), blurs, noise, noiseSeed, &scratch)
    }

    /// Shape: height × 3.
    private func tints(_ height: Int) -> [Float] {
        (0..<height).flatMap { row in
            let share = pow(1 - Float(row) / Float(max(1, height - 1)), tintPower)
            return tint.map { 1 + share * $0 }
        }
    }
}
