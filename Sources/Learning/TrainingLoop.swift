import Foundation
import NeuralNetwork
import RoadScenes

/// The steps of a training, whichever network it trains: samples, checkpoints, log and progress.
struct TrainingLoop {
    let stage: Recipe.Stage
    let set: TrainingSet
    let session: TrainingSession
    /// All that decides the result, as text.
    let setup: String
    let schedule: PolySchedule

    /// Batches in an epoch; what does not fill one is left to other epochs' orders.
    static func batches(_ set: TrainingSet, _ stage: Recipe.Stage) -> Int { max(1, set.count / stage.batch) }

    /// Trains to the end.
    ///
    /// - Parameters:
    ///   - loss: fills the trainer's input, runs it forward and leaves the loss's gradient.
    ///   - evaluate: after epochs in which the recipe wants it, with the tensors as `run` would return them.
    /// - Returns: the network's tensors; their moving average where the recipe wants it.
    func run(
        _ trainer: Trainer, _ optimizer: inout some Optimizer, loss computeLoss: ([LabeledImage]) throws -> Double,
        evaluate: ([String: Tensor]) throws -> Double?, report: (TrainingProgress) -> Void
    ) throws -> [String: Tensor] {
        let (batches, fingerprint) = (Self.batches(set, stage), TrainingCheckpoint.fingerprint(setup))
        let steps = stage.epochs * batches
        var average = stage.average.map { WeightAverage(decay: $0) }
        var step = try resume(trainer, &optimizer, &average, fingerprint)
        let log = try session.log.map { try TrainingLog($0, isResumed: session.isResumed) }
        let loader = SampleLoader(set, augmentation, batch: stage.batch, batches: batches, first: step, seed: session.seed)
        defer { loader.stop() }
        var losses: [Double] = []
        let began = ContinuousClock.now
        let first = step
        var evaluating = Duration.zero
        while step < steps {
            let loss = try computeLoss(loader.next())
            guard loss.isFinite else {
                throw LearningError(
                    "The loss is \(loss) after \(step) steps.", remedy: "Lower learningRate in the recipe.", kind: .diverged)
            }
            trainer.backward()
            let rate = schedule.rate(at: step)
            optimizer.update(trainer, rate: rate)
            step += 1
            average?.add(trainer.tensors, step: step)
            losses.append(loss)
            let seconds = Self.seconds(ContinuousClock.now - began)
            let epoch = (step - 1) / batches + 1
            let endsEpoch = step % batches == 0
            var progress = TrainingProgress(
                epoch: epoch, epochs: stage.epochs, step: step, steps: steps, loss: losses.reduce(0, +) / Double(losses.count),
                learningRate: rate, imagesPerSecond: Double((step - first) * stage.batch) / (seconds - Self.seconds(evaluating)),
                seconds: seconds)
            if endsEpoch, epoch % stage.evaluateEvery == 0 || step == steps {
                let start = ContinuousClock.now
                progress.miou = try evaluate(average?.tensors ?? trainer.tensors)
                evaluating += ContinuousClock.now - start
            }
            if endsEpoch {
                try log?.append(progress)
                losses = []
            }
            let isStopped = session.isStopped()
            if endsEpoch || isStopped || step % session.checkpointEvery == 0 {
                try keep(step, trainer, optimizer, average, fingerprint)
            }
            report(progress)
            if isStopped && step < steps {
                throw LearningError(
                    "Stopped after step \(step) of \(steps).", remedy: "--resume goes on from there.", kind: .stopped)
            }
        }
        guard trainer.tensors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
            throw LearningError(
                "A weight is no finite number after \(step) steps.", remedy: "Lower learningRate in the recipe.", kind: .diverged)
        }
        return average?.tensors ?? trainer.tensors
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private var augmentation: Augmentation {
        Augmentation(
            scales: stage.scales, cropWidth: stage.cropWidth, cropHeight: stage.cropHeight, flips: stage.flip,
            translation: stage.translation)
    }

    /// The step to go on with.
    private func resume(
        _ trainer: Trainer, _ optimizer: inout some Optimizer, _ average: inout WeightAverage?, _ fingerprint: String
    ) throws -> Int {
        guard session.isResumed, let path = session.checkpoint, FileManager.default.fileExists(atPath: path) else { return 0 }
        let state = try TrainingCheckpoint(contentsOf: path, setup: fingerprint)
        try trainer.load(state.tensors)
        optimizer.state = state.optimizer
        average?.tensors = state.average
        return state.step
    }

    private func keep(
        _ step: Int, _ trainer: Trainer, _ optimizer: some Optimizer, _ average: WeightAverage?, _ fingerprint: String
    ) throws {
        guard let path = session.checkpoint else { return }
        try TrainingCheckpoint(
            step: step, tensors: trainer.tensors, optimizer: optimizer.state, average: average?.tensors ?? [:],
            setup: fingerprint
        ).write(to: path)
    }
}
