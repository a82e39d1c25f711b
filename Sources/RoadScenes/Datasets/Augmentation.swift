import Foundation
import NeuralNetwork
import Video

/// Random scale, crop, translation and flip of a picture together with its labels, and of the picture's light.
///
/// The same seed, epoch and item give the same result, whatever thread makes it and in whatever order.
///
/// Source: the paper's section 4 (random flip, translation, scaling).
public struct Augmentation: Sendable {
    /// Factors, one of which is chosen.
    public var scales: [Double]
    /// Instead of `scales`: any factor in between, halving as likely as doubling.
    public var scaleRange: ClosedRange<Double>?
    public var cropWidth: Int
    public var cropHeight: Int
    /// Whether half of the samples are mirrored.
    public var flips: Bool
    /// How far a crop may reach beyond the picture, in pixels; void and the mean colour lie there.
    public var translation: Int
    /// Largest change of saturation, contrast and brightness, 0..<1; 0 leaves the colours as they are.
    public var colorJitter: Float
    /// Strength of changes as between day, dusk, weathers and cameras, 0…1: gamma, brightness, saturation, contrast, gains of
    /// the channels, a tint that fades downwards, blur and noise. 0 makes none.
    public var photometric: Float

    public init(
        scales: [Double], scaleRange: ClosedRange<Double>? = nil, cropWidth: Int, cropHeight: Int, flips: Bool = true,
        translation: Int = 0, colorJitter: Float = 0, photometric: Float = 0
    ) {
        precondition(
            (0..<1).contains(colorJitter) && (0...1).contains(photometric), "colours changed by \(colorJitter), \(photometric)")
        precondition(scaleRange != nil || !scales.isEmpty, "no scale")
        let all = scales + [scaleRange?.lowerBound, scaleRange?.upperBound].compactMap(\.self)
        precondition(all.allSatisfy { $0 > 0 && $0 <= 16 }, "scales \(all)")
        precondition(cropWidth > 0 && cropHeight > 0 && translation >= 0, "a crop of \(cropWidth)×\(cropHeight)")
        (self.scales, self.scaleRange, self.cropWidth, self.cropHeight) = (scales, scaleRange, cropWidth, cropHeight)
        (self.flips, self.translation, self.colorJitter, self.photometric) = (flips, translation, colorJitter, photometric)
    }

    /// Makes the sample of an item in an epoch.
    ///
    /// - Parameter result: of the crop's size; every pixel is overwritten. It has a confidence where the sample has one.
    public func apply(to sample: LabeledImage, seed: UInt64, epoch: Int, item: Int, into result: LabeledImage) {
        precondition(
            result.image.width == cropWidth && result.image.height == cropHeight,
            "a result of \(result.image.width)×\(result.image.height) for a crop of \(cropWidth)×\(cropHeight)")
        precondition(sample.confidence == nil || result.confidence != nil, "nowhere to put the confidence")
        var random = SplitMix64(seed: seed, 0xA6, epoch, item)
        let scale = scale(&random)
        let (width, height) = (sample.image.width, sample.image.height)
        let (scaledWidth, scaledHeight) = (max(1, Int(Double(width) * scale)), max(1, Int(Double(height) * scale)))
        let left = offset(scaledWidth, cropWidth, &random)
        let top = offset(scaledHeight, cropHeight, &random)
        let isMirrored = flips && random.chance(0.5)
        let columns = ResizeTaps(from: width, to: scaledWidth, first: left, count: cropWidth, isMirrored: isMirrored)
        let rows = ResizeTaps(from: height, to: scaledHeight, first: top, count: cropHeight, isMirrored: false)
        let resize = PictureResize(columns: columns, rows: rows)
        resize.draw(sample.image, into: result.image)
        resize.pick(sample.labels, outside: ClassSet.void, into: result.labels)
        if let confidence = result.confidence {
            if let source = sample.confidence {
                resize.pick(source, outside: 0, into: confidence)
            } else {
                confidence.bytes.fill(with: 255)
            }
        }
        if colorJitter > 0 {
            LightChange(jitter: colorJitter, around: PictureResize.outside.map(Float.init), &random)
                .apply(to: result.image, rows: rows.inside, columns: columns.inside)
        }
        if photometric > 0 {
            LightChange(strength: photometric, &random).apply(to: result.image, rows: rows.inside, columns: columns.inside)
        }
    }

    private func scale(_ random: inout SplitMix64) -> Double {
        guard let scaleRange else { return scales[random.index(scales.count)] }
        let (low, high) = (log(scaleRange.lowerBound), log(scaleRange.upperBound))
        return exp(low + (high - low) * Double(random.uniform(0, 1)))
    }

    /// Where a crop starts in a scaled picture; before it where the crop is the larger one.
    private func offset(_ size: Int, _ crop: Int, _ random: inout SplitMix64) -> Int {
        let low = min(0, size - crop) - translation
        let high = max(0, size - crop) + translation
        return low + random.index(high - low + 1)
    }
}
