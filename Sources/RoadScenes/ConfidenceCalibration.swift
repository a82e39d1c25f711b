import Foundation
import Video

/// Turns what both networks say of a pixel into the chance that its class is right, and a wanted precision into thresholds.
///
/// With `a` the auxiliary network's output, `m` the largest class probability and `c` its class:
/// `logit p = auxiliary · logit a + topProbability · logit m + offsets[c]`.
///
/// Source: Platt, *Probabilistic outputs for support vector machines* (1999); Guo et al., *On calibration of modern neural
/// networks* (2017).
public struct ConfidenceCalibration: Sendable, Equatable, Codable {
    /// The precisions that `thresholds` are for. Units: percent.
    public static let precisions = 50...99

    public var auxiliary: Double
    public var topProbability: Double
    /// By predicted class.
    public var offsets: [Double]
    /// The least chances from which on a class's pixels are right as often as each of `precisions` says; nil where they never are.
    ///
    /// Shape: classes × precisions.
    public var thresholds: [[Double?]]

    /// The mean chance of a picture's pixels that 95 of 100 of the pictures reach that it was measured on: below, a road is strange.
    public var usual: Double

    public init(auxiliary: Double, topProbability: Double, offsets: [Double], thresholds: [[Double?]], usual: Double = 0) {
        (self.auxiliary, self.topProbability) = (auxiliary, topProbability)
        (self.offsets, self.thresholds, self.usual) = (offsets, thresholds, usual)
    }

    enum CodingKeys: String, CodingKey {
        case auxiliary, offsets, thresholds, usual
        case topProbability = "top_probability"
    }

    /// ln(p / (1 − p)), of probabilities that a float can tell from 0 and 1.
    public static func logit(_ probability: Float) -> Float {
        let inner = min(max(probability, 1e-6), 1 - 1e-6)
        return log(inner / (1 - inner))
    }

    /// The chance that a pixel is right, 0…1; no number where one of the networks gave none.
    public func chance(auxiliary output: Float, topProbability top: Float, label: Int) -> Float {
        guard output.isFinite, top.isFinite else { return .nan }
        return chance(auxiliaryLogit: Self.logit(output), topLogit: Self.logit(top), label: label)
    }

    /// The same of logits.
    public func chance(auxiliaryLogit: Float, topLogit: Float, label: Int) -> Float {
        let odds = Float(auxiliary) * auxiliaryLogit + Float(topProbability) * topLogit + Float(offsets[label])
        return 1 / (1 + exp(-odds))
    }

    /// Least chances of each class's pixels, so that a share `precision` of those that reach them is right; nil keeps none.
    ///
    /// - Parameter precision: 0…1; one between those that were measured takes the next higher.
    public func thresholds(forPrecision precision: Double) -> [Double?] {
        // A product that is a whole number may come out a little larger.
        let percent = Int((precision * 100 - 1e-9).rounded(.up))
        let place = min(Self.precisions.count - 1, max(0, percent - Self.precisions.lowerBound))
        return thresholds.map { $0[place] }
    }

    /// What does not fit a bundle with so many classes, in words; nil where all does.
    func problem(classes: Int) -> String? {
        guard offsets.count == classes, thresholds.count == classes else {
            return "has \(offsets.count) offsets and \(thresholds.count) rows of thresholds for \(classes) classes"
        }
        guard thresholds.allSatisfy({ $0.count == Self.precisions.count }) else {
            return "has not \(Self.precisions.count) thresholds for every class"
        }
        let numbers = [auxiliary, topProbability, usual] + offsets + thresholds.joined().compactMap { $0 }
        return numbers.allSatisfy { $0.isFinite && abs($0) < 1e6 } ? nil : "holds a number that is not finite or far too large"
    }
}
