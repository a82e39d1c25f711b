import ArgumentParser
import Files
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
    @OptionGroup var evaluation: ValidationOptions
    @Option(help: ArgumentHelp("The bundle that makes the pseudo-labels.", valueName: "bundle"), transform: BundleArgument.file)
    var model: String
    @Option(
        help: ArgumentHelp(
            "Unlabeled pictures: a video, a folder of videos or pictures with those below it, a spool, or a text file that names one of these a line; repeat for several.",
            valueName: "path"))
    var unlabeled: [String] = []
    @Option(help: ArgumentHelp("Of a video, take every N-th frame only; the others are near copies.", valueName: "N")) var every =
        10
    @Option(help: "Least confidence of a pseudo-label, instead of the recipe's; 0 takes every pixel.") var threshold: Double?
    @Option(
        help:
            "The share of each class's pseudo-labels that should be right, such as 0.95, instead of --threshold; the bundle has to be calibrated."
    )
    var labelPrecision: Double?
    @Flag(help: "Start from the bundle's weights instead of random ones.") var continueTraining = false
    @Option(
        help: ArgumentHelp(
            "Start with this encoder, as stage 1 does: a bundle's, or safetensors of a PyTorch state_dict.", valueName: "file"))
    var encoder: String?

    func validate() throws {
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if let threshold, !(0...1).contains(threshold) {
            throw ValidationError("--threshold \(threshold): it must lie in 0…1.")
        }
        if let labelPrecision, !(0.5...0.99).contains(labelPrecision) {
            throw ValidationError("--label-precision \(labelPrecision): it must lie in 0.5…0.99.")
        }
        if labelPrecision != nil, threshold != nil { throw ValidationError("Give either --label-precision or --threshold.") }
        if continueTraining, encoder != nil { throw ValidationError("--continue-training and --encoder exclude each other.") }
    }

    func run() throws {
        let recipe = try options.recipe(for: .segmentation)
        if let warning = continueTraining ? recipe.warningAgainstBundle : recipe.warningAgainstRandomWeights, encoder == nil {
            throw CommandFailure(code: 2, message: "\(warning)")
        }
        let workers = try options.workers()
        var session = try options.session(model, reading: unlabeled + [encoder].compactMap(\.self))
        let folders = SelfTraining.folders(of: options.out + ".pseudo-labels", recipe)
        if session.ranks.isFirst { try checkLabels(folders) }
        let bundle = try ModelBundle(contentsOf: model)
        guard labelPrecision == nil || bundle.calibration != nil else {
            throw CommandFailure(
                code: 1,
                message:
                    "\(model) has no calibration: --label-precision says nothing. 'camber train calibration' makes one.")
        }
        let start = try start(bundle)
        if session.ranks.isFirst { for remark in start.remarks { standardError(remark) } }
        let (labeled, rest) = try options.labeled()
        let learned = try TrainingSet([labeled])
        session.data = learned.fingerprint
        let heldOut = try evaluation.heldOut(of: options.dataset)
        guard !unlabeled.isEmpty || !rest.items.isEmpty else {
            throw LearningError("There are no unlabeled pictures.", remedy: "Give --unlabeled, or a --fraction below 1.")
        }
        let pictures =
            try unlabeled.isEmpty
            ? UnlabeledPictures(files: rest.items.map(\.image))
            : UnlabeledPictures(unlabeled, every: every, outputs: folders)
        pictures.tellWhatIsLeftOut()
        try pictures.requireAny()
        var stage = SelfTraining(
            recipe, teacher: bundle, labeled: [labeled], pictures: pictures,
            selection: PixelSelection(threshold: threshold ?? recipe.confidenceThreshold, precision: labelPrecision),
            folder: folders[0], workers: workers)
        stage.remark = { standardError($0.text.onOneLine) }
        if session.ranks.isFirst {
            standardError("Pseudo-labels for \(pictures.count.map { CountText.text($0, "picture") } ?? "pictures") …")
            if options.resume {
                try stage.goOnLabeling(isTraining: FileManager.default.fileExists(atPath: session.checkpoint ?? ""))
            } else {
                try stage.label(isResumed: false, note: stage.note)
            }
        }
        session.ranks.wait()
        if session.ranks.isFirst, let heldOut {
            try evaluation.tellShared(heldOut, with: TrainingSet([labeled, Dataset(DatasetLocation(.folder, folders[0]))]))
        }
        let training = try stage.training(from: start, validation: heldOut, session: session)
        var lines = TrainProgress()
        try options.finish(
            training.run { lines.show($0) }, parent: bundle.fingerprint, session: session,
            sets: [learned, heldOut])
    }

    private func start(_ bundle: ModelBundle) throws -> SegmentationStart {
        if let encoder {
            return try SegmentationStart(
                TrainedEncoder(contentsOf: encoder), name: encoder, network: bundle.network, classes: bundle.classes,
                seed: options.seed)
        }
        var start = SegmentationStart(continuing: bundle)
        if !continueTraining { (start.tensors, start.note) = (nil, nil) }
        return start
    }

    /// The folders of pseudo-labels are emptied first: nothing that is read may lie there.
    private func checkLabels(_ folders: [String]) throws {
        let dataset = try DatasetLocation(parsing: options.dataset).path
        for (option, path) in [("--dataset", dataset)] + unlabeled.map({ ("--unlabeled", $0) }) {
            guard let folder = InputCheck.folder(around: path, among: folders) else { continue }
            throw ValidationError(
                "\(option) \(path) lies in \(folder), which new pseudo-labels are written to. Name another --out.")
        }
        try OutputArguments.check(writable: folders.map { $0 + "/" })
    }
}
