import NeuralNetwork

/// What a step of several micro-batches leaves in the trainer, whichever process computed them: the mean of their gradients
/// and of the running statistics that each alone would have left. Batch statistics are each micro-batch's own.
struct GradientAccumulator {
    private let session: TrainingSession

    init(_ session: TrainingSession) { self.session = session }

    /// - Parameter loss: runs the trainer forward on this process's next micro-batch and leaves the loss's gradient.
    /// - Returns: the mean loss.
    func run(_ trainer: Trainer, loss: () throws -> Double) rethrows -> Double {
        guard session.microBatches > 1 else {
            let loss = try loss()
            trainer.backward()
            return loss
        }
        let (gradients, statistics) = (trainer.gradientValues, trainer.statisticValues)
        let before = Array(statistics)
        var sums = [Float](repeating: 0, count: gradients.count + statistics.count)
        var total = 0.0
        for _ in 0..<session.accumulate {
            _ = statistics.update(from: before)
            total += try loss()
            trainer.backward()
            sums.withUnsafeMutableBufferPointer { sums in
                for index in gradients.indices { sums[index] += gradients[index] }
                for index in statistics.indices { sums[gradients.count + index] += statistics[index] }
            }
        }
        session.ranks.add(&sums)
        session.ranks.add(&total)
        let share = 1 / Float(session.microBatches)
        for index in gradients.indices { gradients[index] = share * sums[index] }
        for index in statistics.indices { statistics[index] = share * sums[gradients.count + index] }
        return total / Double(session.microBatches)
    }
}
