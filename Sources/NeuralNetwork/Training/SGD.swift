import CKernels

/// Stochastic gradient descent with momentum and weight decay on every parameter, as PyTorch does it.
public struct SGD: Sendable {
    public var momentum: Float
    public var weightDecay: Float
    /// In the layout of the trainer's `parameterValues`; empty before the first step.
    public var velocity: [Float] = []

    public init(momentum: Float = 0.9, weightDecay: Float) {
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    public mutating func update(_ trainer: Trainer, rate: Float) {
        let parameters = trainer.parameterValues
        if velocity.isEmpty { velocity = [Float](repeating: 0, count: parameters.count) }
        precondition(velocity.count == parameters.count, "the optimiser belongs to another network")
        velocity.withUnsafeMutableBufferPointer {
            ct_sgd(
                trainer.engine, parameters.baseAddress, trainer.gradientValues.baseAddress, $0.baseAddress, parameters.count,
                rate, momentum,
                weightDecay)
        }
    }
}
