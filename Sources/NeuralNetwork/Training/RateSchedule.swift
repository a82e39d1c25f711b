import Foundation

/// A learning rate that rises evenly over the first steps, and then falls towards zero or stays.
public struct RateSchedule: Sendable, Equatable {
    /// How it falls, with x the share of the steps that are done.
    public enum Shape: String, Sendable, Codable, CaseIterable {
        /// (1 − x)^power.
        case poly
        /// (1 + cos πx) / 2. Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts".
        case cosine
        /// 1.
        case constant
    }

    public var rate: Float
    public var steps: Int
    public var shape: Shape
    /// Of `poly`.
    public var power: Double
    /// Steps until the rate is what the shape says; it starts at a part of that.
    public var warmupSteps: Int

    public init(rate: Float, steps: Int, shape: Shape = .poly, power: Double = 0.9, warmupSteps: Int = 0) {
        precondition(steps > 0 && warmupSteps >= 0, "a schedule needs steps")
        (self.rate, self.steps, self.shape, self.power, self.warmupSteps) = (rate, steps, shape, power, warmupSteps)
    }

    public func rate(at step: Int) -> Float {
        let done = min(1, Double(step) / Double(steps))
        let fall: Double =
            switch shape {
            case .poly: pow(1 - done, power)
            case .cosine: (1 + cos(.pi * done)) / 2
            case .constant: 1
            }
        let rise = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
        return rate * Float(rise * fall)
    }
}
