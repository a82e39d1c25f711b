import ArgumentParser
import Learning
import RoadScenes

/// `camber train auxiliary`: stage 2.
struct TrainAuxiliaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auxiliary",
        abstract: "Train the auxiliary network of a bundle: where its segmentation network can be trusted.")

    @OptionGroup var options: TrainOptions
    @Option(
        help: ArgumentHelp("The bundle whose segmentation network is judged.", valueName: "bundle"), transform: ShippedFile.bundle
    )
    var model: String

    func run() throws {
        let train = try TrainingSet([options.labeled().chosen])
        let bundle = try ModelBundle(contentsOf: model)
        var training = AuxiliaryTraining(
            try options.recipe(for: .auxiliary), for: bundle, train: train, workers: try options.workers())
        training.session = try options.session()
        var lines = TrainProgress()
        try options.finish(
            training.run { lines.show($0) }, parent: bundle.fingerprint, session: training.session, sets: [train])
    }
}
