import ArgumentParser
import Learning
import NeuralNetwork
import RoadScenes

/// `camber train segmentation`: stage 1.
struct TrainSegmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segmentation", abstract: "Train the segmentation network on labeled pictures.",
        discussion:
            "Writes the bundle, its log and curves beside it (….log.jsonl, ….svg), and while it runs a checkpoint (….checkpoint)."
    )

    @OptionGroup var options: TrainOptions
    @OptionGroup var evaluation: ValidationOptions
    @Option(help: "The network to train. Default: that of --model or --encoder, else the paper's.") var network: Network?
    @Option(
        help: ArgumentHelp(
            "Start from this bundle's weights instead of random ones; for other classes with a new classifier.",
            valueName: "bundle"), transform: BundleArgument.file)
    var model: String?
    @Option(
        help: ArgumentHelp(
            "Start with this encoder: a bundle's, or safetensors of a PyTorch state_dict with the names of the network's encoder.",
            valueName: "file"))
    var encoder: String?

    @Option(
        help: ArgumentHelp(
            "Learn from this data set too, such as one that 'camber label' wrote; repeat for each.", valueName: "dataset"))
    var also: [String] = []
    @Option(help: ArgumentHelp("How often the pictures of --dataset come for once that those of --also do.", valueName: "N"))
    var times = 1

    func validate() throws {
        guard (1...100).contains(times) else { throw ValidationError("--times is \(times), not in 1…100.") }
        guard times == 1 || !also.isEmpty else { throw ValidationError("--times needs --also DATASET.") }
        guard model == nil || encoder == nil else { throw ValidationError("--model and --encoder exclude each other.") }
    }

    func run() throws {
        let recipe = try options.recipe(for: .segmentation)
        if let warning = model == nil ? recipe.warningAgainstRandomWeights : recipe.warningAgainstBundle, encoder == nil {
            throw CommandFailure(code: 2, message: "\(warning)")
        }
        let session = try options.session(model, reading: [encoder].compactMap(\.self))
        let others = try also.map { try Dataset(DatasetLocation(parsing: $0), split: nil) }
        let train = try TrainingSet(Array(repeating: options.labeled().chosen, count: times) + others)
        let heldOut = try evaluation.heldOut(of: options.dataset)
        if session.ranks.isFirst, let heldOut { evaluation.tellShared(heldOut, with: train) }
        let start = try start(train.classes)
        var training = SegmentationTraining(
            recipe, train: train, validation: heldOut, workers: try options.workers())
        training.session = session
        training.session.data = train.fingerprint
        training.start = start
        if session.ranks.isFirst { for remark in start.remarks { standardError(remark) } }
        var lines = TrainProgress()
        let bundle = try training.run { lines.show($0) }
        try options.finish(bundle, parent: start.parent, session: session, sets: [train, heldOut])
    }

    private func start(_ classes: ClassSet) throws -> SegmentationStart {
        if let model {
            return try SegmentationStart(
                ModelBundle(contentsOf: model), name: model, network: network, classes: classes, seed: options.seed)
        }
        if let encoder {
            return try SegmentationStart(
                TrainedEncoder(contentsOf: encoder), name: encoder, network: network, classes: classes, seed: options.seed)
        }
        return SegmentationStart(random: network ?? .paper)
    }
}
