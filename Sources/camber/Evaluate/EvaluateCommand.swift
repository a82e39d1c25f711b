import ArgumentParser
import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Video

/// `camber evaluate`: how good a bundle is on labeled pictures.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a bundle on labeled pictures: mIoU, accuracy, and the confidence maps' worth."
    )

    @Option(help: ArgumentHelp("The labeled pictures: camvid:DIR, cityscapes:DIR or folder:DIR.", valueName: "dataset"))
    var dataset: String
    @Option(help: "The split that is measured on, such as val. Default: train, or all of a folder: without splits.")
    var split: String?
    @Option(
        help: ArgumentHelp("The bundle to measure: its file, or a name such as camvid.", valueName: "bundle"),
        transform: BundleArgument.file)
    var model: String
    @Option(help: "Confidence thresholds, such as 0,0.7,0.8,0.9.", transform: Self.thresholds) var thresholds: [Double] = []
    @Option(
        help: ArgumentHelp(
            "Draw image, truth, prediction, confidence and pseudo-label of every picture side by side into this folder; pseudo-labels from the highest threshold, 0.9 without --thresholds.",
            valueName: "folder"))
    var pictures: String?
    @Option(
        help: ArgumentHelp(
            "What the network sees, such as 480x360: each picture as large as it fits, its aspect kept. Default: the picture's own size.",
            valueName: "WxH"))
    var size: Graph.Size?
    @Flag(
        help: "Also measure how far a pixel's confidence can be trusted, and the largest class probability to compare it with.")
    var confidence = false
    @OptionGroup var compute: ThreadsOption
    @Flag(help: "Print JSON.") var json = false

    static func thresholds(_ text: String) throws -> [Double] {
        try text.split(separator: ",").map {
            guard let value = Double($0), (0...1).contains(value) else {
                throw ValidationError("'\($0)' is no threshold in 0…1.")
            }
            return value
        }
    }

    func validate() throws { try size?.validate() }

    func run() throws {
        let labeled = try Dataset(DatasetLocation(parsing: dataset), split: split)
        let set = try TrainingSet([labeled], cacheLimit: 0)
        let bundle = try ModelBundle(contentsOf: model)
        guard thresholds.isEmpty || bundle.auxiliaryIsTrained else {
            throw CommandFailure(
                code: 1,
                message:
                    "\(model) has no trained auxiliary network: --thresholds says nothing. 'camber train auxiliary' trains it.")
        }
        if let pictures { try Self.check(pictures, labeled) }
        let strip = ComparisonStrip(classes: bundle.classes.shown, threshold: thresholds.max() ?? 0.9)
        if let pictures { try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true) }
        let evaluation = try Evaluation(
            bundle, on: set, size: size, thresholds: thresholds,
            withConfidence: pictures != nil && bundle.auxiliaryIsTrained, measuresConfidence: confidence,
            workers: compute.workers(),
            show: { picture in
                guard let pictures else { return }
                let name = picture.name.replacing("/", with: "-")
                try ImageFile.write(strip.draw(picture), to: "\(pictures)/\(name).png")
            })
        if let notice = labeled.notice { standardError(notice) }
        let report = EvaluateReport(evaluation, pictures: set.count, classes: bundle.classes)
        print(json ? try report.json : report.text)
    }

    /// A strip has its picture's name: in the data set it would take the picture's place, and elsewhere in it pass for one.
    private static func check(_ pictures: String, _ labeled: Dataset) throws {
        let folders = Set(labeled.files.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path })
        try OutputArguments.check(
            pictures, "--pictures", outside: [labeled.location.path] + folders.sorted(), of: "the data set")
        try OutputArguments.check(writable: [pictures.hasSuffix("/") ? pictures : pictures + "/"])
    }
}
