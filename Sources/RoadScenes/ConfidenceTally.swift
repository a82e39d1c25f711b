import Foundation
import Video

/// How a confidence and being right go together, counted over pixels: whether it ranks right pixels before wrong ones, and
/// whether it means what it says.
///
/// Void pixels never count. Units: ratios are 0…1. Classes are the predicted ones.
/// Source: Fawcett, *An introduction to ROC analysis* (2006); Guo et al., *On calibration of modern neural networks* (2017).
public struct ConfidenceTally: Sendable {
    /// Right and wrong pixels with about the same confidence.
    private struct Bin {
        var right = 0
        var wrong = 0
        /// Of their confidences.
        var sum = 0.0
        var pixels: Int { right + wrong }
    }

    /// A part of the range of confidences.
    public struct Range: Sendable, Equatable {
        public let from: Double
        public let to: Double
        public let pixels: Int
        /// Means over the range's pixels; nil where there are none.
        public let confidence: Double?
        public let accuracy: Double?
    }

    /// Fine bins, evenly spaced in ln(p / (1 − p)) as confidences crowd near 1.
    private static let count = 1024
    private static let reach: Float = 14

    public let classes: Int
    /// Shape: classes × count.
    private var bins: [Bin]

    public init(classes: Int) {
        self.classes = classes
        bins = Array(repeating: Bin(), count: classes * Self.count)
    }

    /// Counts a picture.
    ///
    /// - Parameters:
    ///   - truth: class indices, `ClassSet.void` where unknown.
    ///   - confidence: 0…1 for each pixel; what is no number counts as 0.
    public mutating func add(truth: GrayImage, prediction: GrayImage, confidence: [Float]) {
        let pixels = truth.width * truth.height
        precondition(prediction.width * prediction.height == pixels && confidence.count == pixels, "one value a pixel")
        let (truth, prediction) = (truth.bytes, prediction.bytes)
        for pixel in 0..<pixels where truth[pixel] != ClassSet.void && Int(prediction[pixel]) < classes {
            let value = confidence[pixel].isNaN ? 0 : min(1, max(0, confidence[pixel]))
            let index = Int(prediction[pixel]) * Self.count + Self.bin(of: value)
            if truth[pixel] == prediction[pixel] { bins[index].right += 1 } else { bins[index].wrong += 1 }
            bins[index].sum += Double(value)
        }
    }

    private static func bin(of confidence: Float) -> Int {
        let odds = log(max(confidence, 1e-12) / max(1 - confidence, 1e-12))
        return min(count - 1, max(0, Int((odds + reach) / (2 * reach) * Float(count))))
    }

    /// The lowest confidence of a fine bin.
    private static func lowest(_ bin: Int) -> Double {
        bin == 0 ? 0 : 1 / (1 + exp(-(Double(bin) / Double(count) * 2 - 1) * Double(reach)))
    }

    /// The bins of a class, or of all together.
    private func bins(of label: Int?) -> [Bin] {
        if let label { return Array(bins[label * Self.count..<(label + 1) * Self.count]) }
        return (0..<Self.count).map { bin in
            (0..<classes).reduce(into: Bin()) { sum, label in
                let own = bins[label * Self.count + bin]
                sum.right += own.right
                sum.wrong += own.wrong
                sum.sum += own.sum
            }
        }
    }

    /// The chance that a right pixel's confidence is above a wrong one's; nil where there are none of either.
    ///
    /// - Parameter label: of the pixels that were taken for this class; all where nil.
    public func rankingQuality(of label: Int? = nil) -> Double? {
        var (wrongBelow, pairs) = (0.0, 0.0)
        var (right, wrong) = (0.0, 0.0)
        for bin in bins(of: label) {
            pairs += Double(bin.right) * (wrongBelow + Double(bin.wrong) / 2)
            wrongBelow += Double(bin.wrong)
            right += Double(bin.right)
            wrong += Double(bin.wrong)
        }
        return right > 0 && wrong > 0 ? pairs / (right * wrong) : nil
    }

    /// The mean distance between confidence and accuracy, over 15 ranges weighted by their pixels; nil where there are none.
    public func calibrationError(of label: Int? = nil) -> Double? {
        let ranges = reliability(of: label, ranges: 15)
        let pixels = ranges.reduce(0) { $0 + $1.pixels }
        guard pixels > 0 else { return nil }
        return ranges.reduce(0) { $0 + Double($1.pixels) * abs(($1.confidence ?? 0) - ($1.accuracy ?? 0)) } / Double(pixels)
    }

    /// How often pixels of each range of confidences are right.
    public func reliability(of label: Int? = nil, ranges: Int = 10) -> [Range] {
        var sums = Array(repeating: Bin(), count: ranges)
        for bin in bins(of: label) where bin.pixels > 0 {
            let place = min(ranges - 1, Int(bin.sum / Double(bin.pixels) * Double(ranges)))
            sums[place].right += bin.right
            sums[place].wrong += bin.wrong
            sums[place].sum += bin.sum
        }
        return sums.enumerated().map { place, bin in
            let pixels = Double(bin.pixels)
            return Range(
                from: Double(place) / Double(ranges), to: Double(place + 1) / Double(ranges), pixels: bin.pixels,
                confidence: bin.pixels == 0 ? nil : bin.sum / pixels, accuracy: bin.pixels == 0 ? nil : Double(bin.right) / pixels
            )
        }
    }

    /// The lowest threshold from which on this share of the pixels is right, and the share of the pixels that it keeps; nil
    /// where there is none.
    public func threshold(forPrecision precision: Double, of label: Int? = nil) -> (threshold: Double, coverage: Double)? {
        let bins = bins(of: label)
        let all = bins.reduce(0) { $0 + $1.pixels }
        var (right, kept) = (0, 0)
        var best: (threshold: Double, coverage: Double)?
        for bin in bins.indices.reversed() where bins[bin].pixels > 0 {
            right += bins[bin].right
            kept += bins[bin].pixels
            if Double(right) >= precision * Double(kept) { best = (Self.lowest(bin), Double(kept) / Double(all)) }
        }
        return best
    }
}
