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
    public var cropWidth: Int
    public var cropHeight: Int
    /// Whether half of the samples are mirrored.
    public var flips: Bool
    /// How far a crop may reach beyond the picture, in pixels; void and the mean colour lie there.
    public var translation: Int
    /// Largest change of saturation, contrast and brightness, 0..<1; 0 leaves the colours as they are.
    public var colorJitter: Float

    /// The colour outside of pictures: ImageNet's mean, which is zero for the network.
    private static let outside = SIMD3<UInt8>(124, 116, 104)

    public init(
        scales: [Double], cropWidth: Int, cropHeight: Int, flips: Bool = true, translation: Int = 0, colorJitter: Float = 0
    ) {
        precondition((0..<1).contains(colorJitter), "colours changed by \(colorJitter)")
        precondition(!scales.isEmpty && scales.allSatisfy { $0 > 0 && $0 <= 16 }, "scales \(scales)")
        precondition(cropWidth > 0 && cropHeight > 0 && translation >= 0, "a crop of \(cropWidth)×\(cropHeight)")
        self.scales = scales
        self.cropWidth = cropWidth
        self.cropHeight = cropHeight
        self.flips = flips
        self.translation = translation
        self.colorJitter = colorJitter
    }

    /// Makes the sample of an item in an epoch.
    ///
    /// - Parameter result: of the crop's size; every pixel is overwritten.
    public func apply(to sample: LabeledImage, seed: UInt64, epoch: Int, item: Int, into result: LabeledImage) {
        precondition(
            result.image.width == cropWidth && result.image.height == cropHeight,
            "a result of \(result.image.width)×\(result.image.height) for a crop of \(cropWidth)×\(cropHeight)")
        var random = SplitMix64(seed: seed, 0xA6, epoch, item)
        let scale = scales[random.index(scales.count)]
        let (width, height) = (sample.image.width, sample.image.height)
        let (scaledWidth, scaledHeight) = (max(1, Int(Double(width) * scale)), max(1, Int(Double(height) * scale)))
        let left = offset(scaledWidth, cropWidth, &random)
        let top = offset(scaledHeight, cropHeight, &random)
        let isMirrored = flips && random.chance(0.5)
        let columns = ResizeTaps(from: width, to: scaledWidth, first: left, count: cropWidth, isMirrored: isMirrored)
        let rows = ResizeTaps(from: height, to: scaledHeight, first: top, count: cropHeight, isMirrored: false)
        let jitter = colorJitter > 0 ? ColorJitter(strength: colorJitter, around: SIMD3<Float>(Self.outside), &random) : nil
        Self.resize(sample.image, columns, rows, jitter, into: result.image)
        Self.pick(sample.labels, columns, rows, into: result.labels)
    }

    /// Where a crop starts in a scaled picture; before it where the crop is the larger one.
    private func offset(_ size: Int, _ crop: Int, _ random: inout SplitMix64) -> Int {
        let low = min(0, size - crop) - translation
        let high = max(0, size - crop) + translation
        return low + random.index(high - low + 1)
    }

    private static func resize(
        _ source: RGBImage, _ columns: ResizeTaps, _ rows: ResizeTaps, _ jitter: ColorJitter?, into target: RGBImage
    ) {
        let (from, to) = (source.bytes.baseAddress!, target.bytes.baseAddress!)
        for y in 0..<target.height {
            for x in 0..<target.width {
                let pixel = to + (y * target.width + x) * 3
                guard rows.nearest[y] >= 0, columns.nearest[x] >= 0 else {
                    (pixel[0], pixel[1], pixel[2]) = (outside.x, outside.y, outside.z)
                    continue
                }
                var sum = SIMD3<Float>()
                for row in 0..<rows.taps {
                    let down = rows.weights[y * rows.taps + row]
                    if down == 0 { continue }
                    let line = from + (rows.first[y] + row) * source.width * 3
                    for column in 0..<columns.taps {
                        let weight = down * columns.weights[x * columns.taps + column]
                        if weight == 0 { continue }
                        let value = line + (columns.first[x] + column) * 3
                        sum += SIMD3(Float(value[0]), Float(value[1]), Float(value[2])) * weight
                    }
                }
                if let jitter { sum = jitter.apply(sum) }
                (pixel[0], pixel[1], pixel[2]) = (UInt8(sum.x + 0.5), UInt8(sum.y + 0.5), UInt8(sum.z + 0.5))
            }
        }
    }

    private static func pick(_ source: GrayImage, _ columns: ResizeTaps, _ rows: ResizeTaps, into target: GrayImage) {
        for y in 0..<target.height {
            for x in 0..<target.width {
                let (row, column) = (rows.nearest[y], columns.nearest[x])
                target.bytes[y * target.width + x] =
                    row < 0 || column < 0 ? ClassSet.void : source.bytes[row * source.width + column]
            }
        }
    }
}
