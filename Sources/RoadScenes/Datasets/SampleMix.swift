import Foundation
import NeuralNetwork
import Video

/// Parts of one sample pasted into another, with their labels and confidences: what is seen there has other surroundings then.
///
/// Source: Yun et al., *CutMix* (2019); Olsson et al., *ClassMix* (2021).
public struct SampleMix: Sendable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A rectangle of a tenth to a half of the sample.
        case cutmix
        /// All pixels of half of the other sample's classes.
        case classmix
    }

    public var kind: Kind
    /// Of the samples, 0…1, that get something pasted.
    public var share: Float

    public init(_ kind: Kind, share: Float) {
        precondition((0...1).contains(share), "a share of \(share)")
        (self.kind, self.share) = (kind, share)
    }

    /// Pastes parts of each sample's neighbour in the list into it, the first one's into the last.
    ///
    /// The same seed, epoch and item give the same result.
    ///
    /// - Parameter item: of the first sample.
    public func apply(to samples: [LabeledImage], seed: UInt64, epoch: Int, item: Int) -> [LabeledImage] {
        samples.indices.map { place in
            var random = SplitMix64(seed: seed, 0x3A, epoch, item + place)
            guard samples.count > 1, random.chance(share) else { return samples[place] }
            return mixed(samples[place], samples[(place + 1) % samples.count], &random)
        }
    }

    private func mixed(_ sample: LabeledImage, _ other: LabeledImage, _ random: inout SplitMix64) -> LabeledImage {
        let (width, height) = (sample.image.width, sample.image.height)
        precondition(other.image.width == width && other.image.height == height, "samples of different sizes")
        let result = LabeledImage(
            width: width, height: height, withConfidence: sample.confidence != nil || other.confidence != nil)
        let isPasted = isPasted(other.labels, &random)
        func mix(_ first: PixelValues<UInt8>?, _ second: PixelValues<UInt8>?, into target: PixelValues<UInt8>, channels: Int = 1)
        {
            for place in target.indices { target[place] = (isPasted[place / channels] ? second : first)?[place] ?? 255 }
        }
        mix(sample.image.bytes, other.image.bytes, into: result.image.bytes, channels: 3)
        mix(sample.labels.bytes, other.labels.bytes, into: result.labels.bytes)
        if let target = result.confidence { mix(sample.confidence?.bytes, other.confidence?.bytes, into: target.bytes) }
        return result
    }

    /// Shape: height × width.
    private func isPasted(_ labels: GrayImage, _ random: inout SplitMix64) -> [Bool] {
        let (width, height) = (labels.width, labels.height)
        var isPasted = [Bool](repeating: false, count: width * height)
        switch kind {
        case .cutmix:
            let (area, aspect) = (random.uniform(0.1, 0.5), exp(random.uniform(-0.7, 0.7)))
            let columns = min(width, max(1, Int((area * aspect).squareRoot() * Float(width))))
            let rows = min(height, max(1, Int((area / aspect).squareRoot() * Float(height))))
            let (left, top) = (random.index(width - columns + 1), random.index(height - rows + 1))
            for y in top..<top + rows {
                for x in left..<left + columns { isPasted[y * width + x] = true }
            }
        case .classmix:
            var isThere = [Bool](repeating: false, count: 256)
            for label in labels.bytes where label != ClassSet.void { isThere[Int(label)] = true }
            let classes = isThere.indices.filter { isThere[$0] }.shuffled(using: &random)
            let chosen = Set(classes.prefix((classes.count + 1) / 2).map { UInt8($0) })
            isPasted = labels.bytes.map(chosen.contains)
        }
        return isPasted
    }
}
