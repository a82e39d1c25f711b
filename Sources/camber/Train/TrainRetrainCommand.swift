import ArgumentParser
import Foundation
import Learning
import RoadScenes

/// `camber train retrain`: stage 3.
struct TrainRetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract: "Pseudo-label unlabeled pictures with a bundle, then train the segmentation network on everything.",
        discussion: "The unlabeled pictures are those of --unlabeled, else the part of the data set that --fraction leaves out.")

    @OptionGroup var options: TrainOptions
    @Option(help: ArgumentHelp("The bundle that makes the pseudo-labels.", valueName: "bundle")) var model: String
    @Option(help: ArgumentHelp("A folder of pictures, or a file that lists one picture a line.", valueName: "path"))
    var unlabeled: String?
    @Option(help: "Least confidence of a pseudo-label, instead of the recipe's; 0 takes every pixel.") var threshold: Double?
    @Flag(help: "Start from the bundle's weights instead of random ones.") var continueTraining = false

    func run() throws {
        let recipe = try options.recipe(for: .segmentation)
        let (workers, session) = (try options.workers(), try options.session())
        let bundle = try ModelBundle(contentsOf: model)
        let (labeled, rest) = try options.labeled()
        let pictures = try unlabeled.map(Self.pictures) ?? rest.items.map(\.image)
        guard !pictures.isEmpty else {
            throw LearningError("There are no unlabeled pictures.", remedy: "Give --unlabeled, or a --fraction below 1.")
        }
        let labeler = try PseudoLabeler(bundle, threshold: threshold ?? recipe.confidenceThreshold, workers: workers)
        let folder = options.out + ".pseudo-labels"
        if session.ranks.isFirst {
            standardError("Pseudo-labels for \(pictures.count) pictures …")
            _ = try labeler.label(pictures, into: folder, isResumed: options.resume)
        }
        session.ranks.wait()
        let pseudo = try Dataset(DatasetLocation(.folder, folder))
        var training = try SegmentationTraining(
            recipe, train: TrainingSet([labeled, pseudo]), validation: options.heldOut(), workers: workers)
        training.session = session
        training.start = SegmentationStart(continuing: bundle)
        if !continueTraining { (training.start.tensors, training.start.note) = (nil, nil) }
        var lines = TrainProgress()
        try options.finish(training.run { lines.show($0) }, parent: bundle.fingerprint, session: session)
    }

    private static func pictures(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw LearningError("Cannot read the unlabeled pictures: there is no \(path).")
        }
        guard isFolder.boolValue else {
            return try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
        }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { ["png", "jpg", "jpeg"].contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }.map {
                "\(path)/\($0)"
            }
    }
}
