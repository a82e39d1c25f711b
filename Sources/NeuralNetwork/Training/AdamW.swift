import CKernels

/// Adam whose weight decay is decoupled from the gradient, as PyTorch does it. Only weights decay: batch norm's parameters
/// and biases are left alone. Each tensor may have a share of the learning rate.
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization".
public struct AdamW: Sendable {
    public var beta1: Float = 0.9
    public var beta2: Float = 0.999
    public var epsilon: Float = 1e-8
    /// Running means of the gradient and of its square, in the layout of `parameterValues`; empty before the first step.
    public var first: [Float] = []
    public var second: [Float] = []
    public var steps = 0
    private let runs: [ct_adamw_run]
    private let count: Int

    /// The most values that one worker changes in a go.
    private static let longestRun = 1 << 15

    /// - Parameter rateShare: of each tensor, what it is of the learning rate, 0…1.
    public init(_ graph: Graph, weightDecay: Float, rateShare: (Graph.Parameter) -> Float = { _ in 1 }) {
        var runs: [ct_adamw_run] = []
        var place = 0
        for parameter in graph.parameters where parameter.isTrained {
            let (rate, decay) = (rateShare(parameter), parameter.role == .weight ? weightDecay : 0)
            for start in stride(from: 0, to: parameter.count, by: Self.longestRun) {
                let count = min(Self.longestRun, parameter.count - start)
                if let last = runs.last, last.rate == rate, last.decay == decay, last.count + count <= Self.longestRun {
                    runs[runs.count - 1].count += count
                } else {
                    runs.append(ct_adamw_run(first: place + start, count: count, rate: rate, decay: decay))
                }
            }
            place += parameter.count
        }
        (self.runs, count) = (runs, place)
    }

    public mutating func update(_ trainer: Trainer, rate: Float) {
        let parameters = trainer.parameterValues
        if first.isEmpty {
            first = [Float](repeating: 0, count: parameters.count)
            second = first
        }
        precondition(
            count == parameters.count && first.count == count && second.count == count, "the optimiser belongs to another network"
        )
        steps += 1
        var settings = ct_adam_settings(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: 0, step: Int32(steps))
        first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
                ct_adamw(
                    trainer.engine, parameters.baseAddress, trainer.gradientValues.baseAddress, first.baseAddress,
                    second.baseAddress, runs, Int32(runs.count), &settings)
            }
        }
    }
}
