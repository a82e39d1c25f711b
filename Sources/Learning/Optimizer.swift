import NeuralNetwork
import Video

/// What a training loop needs of an optimiser.
protocol Optimizer {
    mutating func update(_ trainer: Trainer, rate: Float)
    /// All that it carries from step to step, for checkpoints.
    var state: [String: [Float]] { get set }
}

extension SGD: Optimizer {
    var state: [String: [Float]] {
        get { ["velocity": velocity] }
        set { velocity = newValue["velocity"] ?? [] }
    }
}

extension Adam: Optimizer {
    var state: [String: [Float]] {
        get { ["first": first, "second": second, "steps": [Float(steps)]] }
        set {
            (first, second, steps) = (
                newValue["first"] ?? [], newValue["second"] ?? [], Int(nearest: Double(newValue["steps"]?.first ?? 0))
            )
        }
    }
}
