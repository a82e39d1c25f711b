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
        help: ArgumentHelp("The bundle whose segmentation network is judged.", valueName: "bundle"),
        transform: BundleArgument.file
    )
    var model: String

    /// This stage evaluates nothing. Scripts that give all stages the same options say 'none'.
    @Option(help: .hidden) var validation: String?

    func run() throws {
        if let validation, validation != "none" {
            standardError("--validation \(validation) is left aside: the auxiliary network is not evaluated while it trains.")
        }
        let recipe = try options.recipe(for: .auxiliary)
        let session = try options.session(model)
        let train = try TrainingSet([options.labeled().chosen])
        let bundle = try ModelBundle(contentsOf: model)
        var training = AuxiliaryTraining(recipe, for: bundle, train: train, workers: try options.workers())
        training.session = session
        training.session.data = train.fingerprint
        var lines = TrainProgress()
        try options.finish(
            training.run { lines.show($0) }, parent: bundle.fingerprint, session: session, sets: [train])
    }
}
