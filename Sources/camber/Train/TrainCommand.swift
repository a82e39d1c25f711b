import ArgumentParser

/// `camber train`: the paper's three stages.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train the networks on labeled and on unlabeled pictures.",
        discussion: """
            Stage 1, segmentation: the segmentation network on labeled pictures. Stage 2, auxiliary: the network that tells how far \
            each pixel can be trusted, and what its confidence means, which calibration measures by itself. Stage 3, retrain: pseudo-labels for unlabeled pictures, then stage 1 on everything.
            """,
        subcommands: [
            TrainSegmentationCommand.self, TrainAuxiliaryCommand.self, TrainRetrainCommand.self, TrainCalibrationCommand.self,
        ])
}
