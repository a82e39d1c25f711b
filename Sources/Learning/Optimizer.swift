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

extension AdamW: Optimizer {
    var state: [String: [Float]] {
        get { ["first": first, "second": second, "steps": [Float(steps)]] }
        set {
            (first, second, steps) = (
                newValue["first"] ?? [], newValue["second"] ?? [], Int(nearest: Double(newValue["steps"]?.first ?? 0))
            )
        }
    }
}

extension Recipe.Stage {
    /// - Parameters:
    ///   - usual: where the recipe names none.
    ///   - isEncoder: whether a parameter of that name belongs to the encoder.
    func makeOptimizer(
        for graph: Graph, usual: Recipe.OptimizerKind, momentum: Float, isEncoder: (String) -> Bool = { _ in false }
    ) -> any Optimizer {
        switch optimizer ?? usual {
        case .sgd: return SGD(momentum: momentum, weightDecay: weightDecay)
        case .adam: return Adam(weightDecay: weightDecay)
        case .adamw:
            let encoderRate = encoderRate ?? 1
            return AdamW(graph, weightDecay: weightDecay) { isEncoder($0.name) ? encoderRate : 1 }
        }
    }

    /// - Parameter usual: where the recipe names none.
    func rateSchedule(steps: Int, usual: RateSchedule.Shape, power: Double) -> RateSchedule {
        RateSchedule(
            rate: learningRate, steps: steps, shape: schedule ?? usual, power: power, warmupSteps: warmupSteps ?? 0)
    }
}
