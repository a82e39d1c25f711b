import Files
import Foundation
import NeuralNetwork
import RoadScenes

/// The steps of a training, whichever network it trains: samples, checkpoints, log and progress.
struct TrainingLoop {
    private let stage: Recipe.Stage
    private let set: TrainingSet
    private let session: TrainingSession
    /// The fingerprint of all that decides the result.
    private let setup: String
    private let schedule: RateSchedule
    private let stepsAnEpoch: Int
    /// Of all epochs.
    private let steps: Int
    /// Nil where the set stays as it is.
    var relabeling: Relabeling?

    /// - Parameters:
    ///   - stage: of the recipe.
    ///   - start: what the network starts from, as text.
    ///   - usual: how the learning rate falls where the recipe says nothing.
    init(
        _ recipe: Recipe, _ stage: Recipe.Stage, on set: TrainingSet, from start: String, usual: RateSchedule.Shape,
        _ session: TrainingSession
    ) {
        (self.stage, self.set, self.session) = (stage, set, session)
        setup = TrainingCheckpoint.fingerprint(
            "\(recipe) \(session.seed) \(start) \(set.names) \(session.data) \(session.microBatches)")
        stepsAnEpoch = Self.stepsAnEpoch(of: set, stage, session)
        steps = stage.epochs * stepsAnEpoch
        schedule = stage.rateSchedule(steps: steps, usual: usual, power: recipe.power)
    }

    /// Pictures that do not fill a step are left to other epochs' orders.
    private static func stepsAnEpoch(of set: TrainingSet, _ stage: Recipe.Stage, _ session: TrainingSession) -> Int {
        max(1, set.count / (stage.batch * session.microBatches))
    }

    /// Trains to the end.
    ///
    /// - Parameters:
    ///   - report: called after every step.
    ///   - loss: fills the trainer's input, runs it forward and leaves the loss's gradient.
    ///   - evaluate: after epochs in which the recipe wants it, with the tensors as `run` would return them.
    /// - Returns: the network's tensors, or their moving average where the recipe wants it, and how they came about.
    func run(
        _ trainer: Trainer, _ optimizer: inout some Optimizer, report: (TrainingProgress) -> Void,
        loss computeLoss: ([LabeledImage]) throws -> Double, evaluate: ([String: Tensor]) throws -> Double? = { _ in nil }
    ) throws -> (tensors: [String: Tensor], curve: TrainingCurve) {
        var average = stage.average.map { WeightAverage(decay: $0) }
        var (step, curve) = try resume(trainer, &optimizer, &average)
        var log = try openLog(curve)
        var loader = self.loader(try currentSet(step, average?.tensors ?? trainer.tensors), from: step)
        defer { loader.stop() }
        let mean = GradientAccumulator(session)
        var time = TrainingTime(from: step, earlier: curve.seconds)
        var batch = step * session.accumulate
        while step < steps {
            let loss = try mean.run(trainer) {
                // The same for a batch after a restart, and whichever process computes it.
                var random = SplitMix64(seed: session.seed, 0xDC, session.batchNumber(own: batch))
                trainer.stepSeed = random.next()
                batch += 1
                return try computeLoss(loader.next())
            }
            try Self.check(loss, after: step)
            let rate = schedule.rate(at: step)
            optimizer.update(trainer, rate: rate)
            step += 1
            average?.add(trainer.tensors, step: step)
            curve.losses.append(loss)
            var progress = progress(after: step, curve, rate, time)
            let endsEpoch = step % stepsAnEpoch == 0
            if endsEpoch { try Self.check(trainer.tensors, after: step) }
            if endsEpoch, session.ranks.isFirst, progress.epoch % stage.evaluateEvery == 0 || step == steps {
                progress.miou = try time.apart { try evaluate(average?.tensors ?? trainer.tensors) }
                progress.seconds = time.seconds
            }
            curve.seconds = progress.seconds
            if endsEpoch {
                curve.entries.append(progress)
                curve.losses = []
                try log?.append(progress)
            }
            let isStopped = session.isStopped()
            let due = isStopped ? nil : relabeling?.number(due: step, of: steps)
            if endsEpoch || isStopped || due != nil || step % session.checkpointEvery == 0 {
                try keep(step, trainer, optimizer, average, curve)
            }
            if let due, let relabeling {
                loader.stop()
                loader = self.loader(try relabeling.make(due, average?.tensors ?? trainer.tensors), from: step)
            }
            if session.ranks.isFirst { report(progress) }
            if isStopped && step < steps {
                throw LearningError(
                    "Stopped after step \(step) of \(steps).", remedy: "--resume goes on from there.", code: .stopped)
            }
        }
        try Self.check(trainer.tensors, after: steps)
        return (average?.tensors ?? trainer.tensors, curve)
    }

    private func openLog(_ curve: TrainingCurve) throws -> TrainingLog? {
        guard session.ranks.isFirst, let path = session.log else { return nil }
        return try TrainingLog(path, drawing: session.drawing, entries: curve.entries)
    }

    private static func check(_ loss: Double, after step: Int) throws {
        guard !loss.isFinite else { return }
        throw LearningError(
            "The loss is \(loss) after \(CountText.text(step, "step")).", remedy: "Lower learning_rate in the recipe.",
            code: .diverged)
    }

    private static func check(_ tensors: [String: Tensor], after steps: Int) throws {
        guard !tensors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else { return }
        throw LearningError(
            "A weight is no finite number after \(CountText.text(steps, "step")).", remedy: "Lower learning_rate in the recipe.",
            code: .diverged)
    }

    private func progress(after step: Int, _ curve: TrainingCurve, _ rate: Float, _ time: TrainingTime) -> TrainingProgress {
        TrainingProgress(
            epoch: (step - 1) / stepsAnEpoch + 1, epochs: stage.epochs, step: step, steps: steps,
            loss: curve.losses.reduce(0, +) / Double(curve.losses.count), learningRate: rate,
            imagesPerSecond: time.rate(step, imagesAStep: stage.batch * session.microBatches), seconds: time.seconds)
    }

    private func loader(_ set: TrainingSet, from step: Int) -> SampleLoader {
        SampleLoader(
            set, stage.augmentation, stage.mix.map { SampleMix($0, share: stage.mixShare ?? 0.5) }, stage.batch,
            Self.stepsAnEpoch(of: set, stage, session) * session.microBatches, session, firstStep: step)
    }

    /// What a training goes on with after a step: whatever was labeled last, made anew where it may not have come to its end.
    private func currentSet(_ step: Int, _ tensors: @autoclosure () -> [String: Tensor]) throws -> TrainingSet {
        guard let relabeling, let last = relabeling.last(until: step, of: steps) else { return set }
        return try relabeling.make(last.number, last.step == step ? tensors() : nil)
    }

    /// The step to go on with, and how it came to there.
    private func resume(
        _ trainer: Trainer, _ optimizer: inout some Optimizer, _ average: inout WeightAverage?
    ) throws -> (step: Int, curve: TrainingCurve) {
        guard session.isResumed, let path = session.checkpoint, FileManager.default.fileExists(atPath: path) else {
            return (0, TrainingCurve())
        }
        let state = try TrainingCheckpoint(contentsOf: path, setup: setup)
        try trainer.load(state.tensors)
        optimizer.state = state.optimizer
        average?.tensors = state.average
        return (state.step, state.curve)
    }

    private func keep(
        _ step: Int, _ trainer: Trainer, _ optimizer: some Optimizer, _ average: WeightAverage?, _ curve: TrainingCurve
    ) throws {
        // The loss may stay finite for a while: a state that no run can go on from is not kept.
        try Self.check(trainer.tensors, after: step)
        guard session.ranks.isFirst, let path = session.checkpoint else { return }
        try TrainingCheckpoint(
            step: step, tensors: trainer.tensors, optimizer: optimizer.state, average: average?.tensors ?? [:], curve: curve,
            setup: setup
        ).write(to: path)
    }
}
