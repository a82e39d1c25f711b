import ArgumentParser
import Foundation
import Learning
import NeuralNetwork
import RoadScenes

/// What the three stages have in common.
struct TrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The labeled pictures: camvid:DIR, cityscapes:DIR or folder:DIR.", valueName: "dataset"))
    var dataset: String
    @Option(help: "A recipe by name, from configs/recipes, or its file.") var recipe = "camvid"
    @Option(help: "The part of the labeled pictures to use, such as 1/2.") var fraction = "1"
    @Option(help: "The split that is trained on.") var split: String?
    @Option(help: "The split that is evaluated on; 'none' evaluates nothing.") var validation = "val"
    @Option(help: "Chooses the labeled part, starting weights, order and augmentation.") var seed: UInt64 = 1
    @Option(help: "Threads that compute.") var threads = 2
    @Option(help: ArgumentHelp("The bundle to write.", valueName: "bundle")) var out: String
    @Flag(help: "Go on where a training with the same options was interrupted.") var resume = false
    @Option(help: "Instead of the recipe's.") var epochs: Int?
    @Option(help: "Instead of the recipe's.") var batch: Int?
    @Option(help: "Instead of the recipe's.") var learningRate: Float?
    @Option(help: "Instead of the recipe's.") var weightDecay: Float?
    @Option(help: ArgumentHelp("Instead of the recipe's.", valueName: "WxH")) var crop: Graph.Size?
    @Option(help: ArgumentHelp("Instead of the recipe's.", valueName: "factor")) var scales: [Double] = []
    @Option(help: "Epochs between two evaluations, instead of the recipe's.") var evaluateEvery: Int?

    var session: TrainingSession {
        let log = URL(fileURLWithPath: out).deletingPathExtension().path + ".log.jsonl"
        return TrainingSession(seed: seed, checkpoint: out + ".checkpoint", isResumed: resume, log: log)
    }

    /// Writes the bundle; its checkpoint is of no more use.
    func finish(_ bundle: ModelBundle) throws {
        var bundle = bundle
        bundle.lineage.codeVersion = Camber.version
        try bundle.write(to: out)
        try? FileManager.default.removeItem(atPath: out + ".checkpoint")
        standardError("Wrote \(out).")
    }

    /// The recipe with the command line's numbers in one of its stages.
    func recipe(_ stage: WritableKeyPath<Recipe, Recipe.Stage>) throws -> Recipe {
        let path = recipe.contains("/") || recipe.hasSuffix(".yaml") ? recipe : try Self.find(recipe)
        var recipe = try Recipe(contentsOf: path)
        if let epochs { recipe[keyPath: stage].epochs = epochs }
        if let batch { recipe[keyPath: stage].batch = batch }
        if let learningRate { recipe[keyPath: stage].learningRate = learningRate }
        if let weightDecay { recipe[keyPath: stage].weightDecay = weightDecay }
        if let crop { (recipe[keyPath: stage].cropWidth, recipe[keyPath: stage].cropHeight) = (crop.width, crop.height) }
        if !scales.isEmpty { recipe[keyPath: stage].scales = scales }
        if let evaluateEvery { recipe[keyPath: stage].evaluateEvery = evaluateEvery }
        try recipe.validate("of these options")
        return recipe
    }

    /// Beside the working folder's configuration, or beside the installed program.
    private static func find(_ name: String) throws -> String {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let folders = ["configs/recipes", program.appending(path: "../share/camber/recipes").path]
        let paths = folders.map { "\($0)/\(name).yaml" }
        guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
            throw LearningError(
                "There is no recipe '\(name)': neither \(paths.joined(separator: " nor ")) exists.",
                remedy: "Give the recipe's file.")
        }
        return path
    }

    /// The labeled part and what it leaves out.
    func labeled() throws -> (chosen: Dataset, rest: Dataset) {
        try Dataset(DatasetLocation(parsing: dataset), split: split).split(DatasetFraction(parsing: fraction), seed: seed)
    }

    func heldOut() throws -> TrainingSet? {
        validation == "none" ? nil : try TrainingSet([Dataset(DatasetLocation(parsing: dataset), split: validation)])
    }

    func workers() throws -> WorkerPool { try WorkerPool(threads: threads) }
}
