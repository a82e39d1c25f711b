import CKernels

/// Adam with weight decay added to the gradient, as PyTorch does it.
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization".
public struct Adam: Sendable {
    public var beta1: Float = 0.9
    public var beta2: Float = 0.999
    public var epsilon: Float = 1e-8
    public var weightDecay: Float
    /// Running means of the gradient and of its square, in the layout of `parameterValues`; empty before the first step.
    public var first: [Float] = []
    public var second: [Float] = []
    public var steps = 0

    public init(weightDecay: Float) {
        self.weightDecay = weightDecay
    }

    public mutating func update(_ trainer: Trainer, rate: Float) {
        let parameters = trainer.parameterValues
        if first.isEmpty {
            first = [Float](repeating: 0, count: parameters.count)
            second = first
        }
        precondition(
            first.count == parameters.count && second.count == parameters.count, "the optimiser belongs to another network")
        steps += 1
        var settings = ct_adam_settings(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: weightDecay, step: Int32(steps))
        first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
                ct_adam(
                    trainer.engine, parameters.baseAddress, trainer.gradientValues.baseAddress, first.baseAddress,
                    second.baseAddress,
                    parameters.count, &settings)
            }
        }
    }
}
