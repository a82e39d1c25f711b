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
    @Option(help: ArgumentHelp("Start from this bundle's weights instead of random ones.", valueName: "bundle")) var model:
        String?
    @Option(
        help: ArgumentHelp(
            "Start with this encoder: safetensors of a PyTorch state_dict with the network's initial…, block… and transition… tensors.",
            valueName: "file"))
    var encoder: String?

    func validate() throws {
        guard model == nil || encoder == nil else { throw ValidationError("--model and --encoder exclude each other.") }
    }

    func run() throws {
        let parent = try model.map { try ModelBundle(contentsOf: $0) }
        let train = try TrainingSet([options.labeled().chosen])
        var training = SegmentationTraining(
            try options.recipe(for: .segmentation), train: train, validation: try options.heldOut(),
            workers: try options.workers())
        training.session = try options.session()
        if let parent {
            (training.start, training.mean, training.deviation) = (parent.segmentation, parent.mean, parent.deviation)
        }
        if let encoder { training.start = try Self.start(encoder, train.classes, training.session) }
        var lines = TrainProgress()
        try options.finish(training.run { lines.show($0) }, parent: parent, session: training.session)
    }

    private static func start(
        _ path: String, _ classes: ClassSet, _ session: TrainingSession
    ) throws -> [String: Tensor] {
        let graph = SegmentationNetwork.graph(classes: classes.count)
        let start = try InitialWeights.withEncoder(Weights(contentsOf: path), name: path, for: graph, seed: session.seed)
        if session.ranks.isFirst {
            standardError("From \(path): \(start.used.joined(separator: ", ")).")
            if !start.unused.isEmpty { standardError("Not of the encoder, left out: \(start.unused.joined(separator: ", ")).") }
        }
        return start.tensors
    }
}
