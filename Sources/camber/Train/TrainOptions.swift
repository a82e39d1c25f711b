import ArgumentParser
import Files
import Foundation
import Learning
import NeuralNetwork
import RoadScenes

/// What the three stages have in common.
struct TrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The labeled pictures: camvid:DIR, cityscapes:DIR or folder:DIR.", valueName: "dataset"))
    var dataset: String
    @Option(help: "A recipe by name, of those that come with Camber, or its file.") var recipe = "camvid"
    @Option(help: "The part of the labeled pictures to use, such as 1/2.") var fraction = "1"
    @Option(help: "The split that is trained on. Default: train, or all of a folder: without splits.") var split: String?
    @Option(help: "Chooses the labeled part, starting weights, order and augmentation.") var seed: UInt64 = 1
    @OptionGroup var compute: ThreadsOption
    @Option(help: ArgumentHelp("The bundle to write.", valueName: "bundle")) var out: String
    @Flag(help: "Go on where a training with the same options was interrupted.") var resume = false
    @Option(help: "float32 or float16, half the file.") var precision: Weights.Precision = .float32
    @Option(help: "Batches whose gradients make a step, one after the other: less memory than a larger batch.") var accumulate = 1
    @Option(help: "Instead of the recipe's.") var epochs: Int?
    @Option(help: "Instead of the recipe's.") var learningRate: Float?
    @Option(
        help: ArgumentHelp(
            "Another value for any key of the recipe, such as crop_width=480 or auxiliary.epochs=20; repeat for each. Without a stage it is that of this training.",
            valueName: "key=value"))
    var set: [String] = []

    func validate() throws {
        guard (1...1024).contains(accumulate) else { throw ValidationError("--accumulate is \(accumulate), not in 1…1024.") }
    }

    private var checkpoint: String { out + ".checkpoint" }

    /// To be called once, before anything is written.
    ///
    /// - Parameters:
    ///   - model: the bundle that the training starts from or judges, whose place the result may take.
    ///   - inputs: other files that are read.
    func session(_ model: String?, reading inputs: [String] = []) throws -> TrainingSession {
        let stem = URL(fileURLWithPath: out).deletingPathExtension().path
        let (log, drawing) = (stem + ".log.jsonl", stem + ".svg")
        var session = TrainingSession(seed: seed, checkpoint: checkpoint, isResumed: resume, log: log, drawing: drawing)
        session.accumulate = accumulate
        session.ranks = try TrainingRanks.join()
        // On the others' machines the folder may be another.
        if session.ranks.isFirst {
            try checkOutputs([checkpoint, log, drawing], model, inputs)
            session.lock = try TrainingLock.take(for: out, [checkpoint, log, drawing])
            if resume, !FileManager.default.fileExists(atPath: checkpoint) {
                standardError("There is no \(checkpoint) to go on from: the training starts from its beginning.")
            }
        }
        return session
    }

    /// - Parameter sides: the files that are written beside the bundle.
    private func checkOutputs(_ sides: [String], _ model: String?, _ inputs: [String]) throws {
        if let side = sides.first(where: { FileID.areSame($0, out) }) {
            throw ValidationError("--out \(out) is where \(side) goes: its name must have another ending, such as .safetensors.")
        }
        let pictures = try labeled()
        try OutputArguments.check(
            [out] + sides,
            among: inputs + [Recipe.file(named: recipe)] + pictures.chosen.files + pictures.rest.files)
        try OutputArguments.check(sides, among: [model ?? ""])
        try OutputArguments.prepare([out] + sides)
    }

    /// Writes the bundle; its checkpoint is of no more use.
    ///
    /// - Parameters:
    ///   - parent: the fingerprint of the bundle that the training started from or judged.
    ///   - sets: whose labels were read; what is to be known of them is said.
    func finish(_ bundle: ModelBundle, parent: String?, session: TrainingSession, sets: [TrainingSet?]) throws {
        defer { session.ranks.leave() }
        guard session.ranks.isFirst else { return }
        for notice in Set(sets.flatMap { $0?.notices ?? [] }).sorted() { standardError(notice) }
        var bundle = bundle
        (bundle.lineage.codeVersion, bundle.lineage.parent) = (Camber.version, parent)
        if let last = bundle.lineage.trainings?.indices.last {
            bundle.lineage.trainings?[last].codeVersion = Camber.version
            bundle.lineage.trainings?[last].parent = parent
        }
        try bundle.write(to: out, precision: precision)
        try? FileManager.default.removeItem(atPath: checkpoint)
        standardError("Wrote \(out).")
    }

    /// The recipe with the command line's numbers.
    func recipe(for network: ModelBundle.Part) throws -> Recipe {
        let settings = [epochs.map { "epochs=\($0)" }, learningRate.map { "learning_rate=\($0)" }].compactMap(\.self) + set
        do {
            return try Recipe(
                contentsOf: Recipe.file(named: recipe), settings: settings, for: network, notice: { standardError($0) })
        } catch {
            throw CommandFailure(code: 2, message: "\(error)")
        }
    }

    /// The labeled part and what it leaves out.
    func labeled() throws -> (chosen: Dataset, rest: Dataset) {
        try Dataset(DatasetLocation(parsing: dataset), split: split).split(DatasetFraction(parsing: fraction), seed: seed)
    }

    func workers() throws -> WorkerPool { try compute.workers() }
}
