import ArgumentParser
import Learning
import RoadScenes

/// `camber train segmentation`: stage 1.
struct TrainSegmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segmentation", abstract: "Train the segmentation network on labeled pictures.",
        discussion: "Writes the bundle, its log beside it (….log.jsonl), and while it runs a checkpoint (….checkpoint).")

    @OptionGroup var options: TrainOptions
    @Option(help: ArgumentHelp("Start from this bundle's weights instead of random ones.", valueName: "bundle")) var model:
        String?

    func run() throws {
        let parent = try model.map { try ModelBundle(contentsOf: $0) }
        let train = try TrainingSet([options.labeled().chosen])
        var training = SegmentationTraining(
            try options.recipe(\.segmentation), train: train, validation: try options.heldOut(), workers: try options.workers())
        training.session = options.session
        if let parent {
            (training.start, training.mean, training.deviation) = (parent.segmentation, parent.mean, parent.deviation)
        }
        var lines = TrainProgress()
        var result = try training.run { lines.show($0) }
        result.lineage.parent = parent?.fingerprint
        try options.finish(result)
    }
}
