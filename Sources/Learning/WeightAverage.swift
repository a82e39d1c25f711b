import NeuralNetwork

/// The moving average of a training's weights and running statistics: steadier than where the last step happened to end.
///
/// Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging".
struct WeightAverage {
    /// Share of the past in each step's average, 0..<1.
    let decay: Float
    /// Empty before the first step.
    var tensors: [String: Tensor] = [:]

    /// - Parameter step: counted from 1, over all of the training.
    mutating func add(_ current: [String: Tensor], step: Int) {
        guard !tensors.isEmpty else {
            tensors = current
            return
        }
        // At first there is little past, and the random start is no part of it worth keeping.
        let share = 1 - min(decay, Float(step) / Float(step + 9))
        for (name, tensor) in current {
            tensors[name]!.values.withUnsafeMutableBufferPointer { average in
                tensor.values.withUnsafeBufferPointer { values in
                    for index in values.indices { average[index] += share * (values[index] - average[index]) }
                }
            }
        }
    }
}
