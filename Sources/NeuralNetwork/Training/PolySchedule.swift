import Foundation

/// Learning rate · (1 − step / steps)^power.
public struct PolySchedule: Sendable, Equatable {
    public var rate: Float
    public var steps: Int
    public var power: Double

    public init(rate: Float, steps: Int, power: Double = 0.9) {
        precondition(steps > 0, "a schedule needs steps")
        self.rate = rate
        self.steps = steps
        self.power = power
    }

    public func rate(at step: Int) -> Float {
        rate * Float(pow(max(0, 1 - Double(step) / Double(steps)), power))
    }
}
