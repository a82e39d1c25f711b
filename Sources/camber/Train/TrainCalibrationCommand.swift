import ArgumentParser
import Learning
import NeuralNetwork
import RoadScenes

/// `camber train calibration`: what a bundle's confidence means.
struct TrainCalibrationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibration",
        abstract: "Measure on labeled pictures how often a bundle's pixels are right, so that its confidence says so.",
        discussion: """
            'camber train auxiliary' does it too, on the pictures that it trains on. Labels that nothing was trained on, as of \
            one's own road, are better.
            """)

    @Option(help: ArgumentHelp("The labeled pictures: camvid:DIR, cityscapes:DIR or folder:DIR.", valueName: "dataset"))
    var dataset: String
    @Option(help: "The split that is measured on. Default: train, or all of a folder: without splits.") var split: String?
    @Option(help: ArgumentHelp("The bundle to calibrate.", valueName: "bundle"), transform: BundleArgument.file) var model: String
    @Option(help: ArgumentHelp("The bundle to write; may be the same.", valueName: "bundle")) var out: String
    @Option(help: "A recipe by name, or its file: its auxiliary stage says how pictures are changed.") var recipe = "finetune"
    @Option(help: "Chooses the samples.") var seed: UInt64 = 1
    @OptionGroup var compute: ThreadsOption
    @Option(help: "float32 or float16, half the file.") var precision: Weights.Precision = .float32

    func run() throws {
        let bundle = try ModelBundle(contentsOf: model)
        let labeled = try Dataset(DatasetLocation(parsing: dataset), split: split)
        let file = try Recipe.file(named: recipe)
        try OutputArguments.check([out], among: labeled.files + [file])
        try OutputArguments.prepare([out])
        let set = try TrainingSet([labeled])
        let recipe = try Recipe(contentsOf: file, notice: { standardError($0) })
        var training = try CalibrationTraining(recipe, for: bundle, on: set, workers: compute.workers())
        training.seed = seed
        try training.run().write(to: out, precision: precision)
        standardError("Wrote \(out).")
    }
}
