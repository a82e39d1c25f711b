import ArgumentParser
import Files
import Foundation
import Learning
import NeuralNetwork
import RoadScenes

/// `camber label`: what a bundle sees in unlabeled pictures, as a data set to train on.
struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Label pictures and frames of drives with a bundle, as a data set that another one can learn from.",
        discussion: """
            INPUT is a video, a picture, a folder of either with all that is in the folders below, a spool, or a text file (.txt) \
            that names one of these a line. Recordings are found by what they are, as 'camber segment' finds them; what is left \
            out is named. The data set has the pictures, their labels and how far each label can be trusted; training weighs each \
            pixel by it:

                camber label drives --model large.safetensors --out labeled
                camber train segmentation --dataset folder:labeled --validation none \\
                    --out small.safetensors

            What was labeled before an interruption is kept: the same command goes on from there, as long as it finds the same \
            files.

            Exit 1: something was lost. A picture or a recording could not be read, or does not hold the frames that it promises; \
            the rest is labeled.
            """)

    @Argument(help: ArgumentHelp("What to label.", valueName: "input")) var inputs: [String]
    @Option(
        help: ArgumentHelp("The bundle to label with: its file, or a name such as camvid.", valueName: "bundle"),
        transform: BundleArgument.file)
    var model: String
    @Option(help: ArgumentHelp("The folder to write.", valueName: "dataset")) var out: String
    @Option(help: ArgumentHelp("Of a video, label every N-th frame only; the others are near copies.", valueName: "N"))
    var every = 10
    @Option(help: "Least confidence of a labeled pixel, 0…1; the others are void. 0 labels every pixel.") var threshold = 0.5
    @Option(
        help: ArgumentHelp(
            "Make larger pictures smaller to fit into this size, such as 480x360, their aspect kept.", valueName: "WxH"))
    var size: Graph.Size?
    @OptionGroup var compute: ThreadsOption

    func validate() throws {
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if !(0...1).contains(threshold) { throw ValidationError("--threshold \(threshold): it must lie in 0…1.") }
        try size?.validate()
    }

    func run() throws {
        let bundle = try ModelBundle(contentsOf: model)
        let pictures = try UnlabeledPictures(inputs, every: every, limit: size, outputs: [out])
        pictures.tellWhatIsLeftOut()
        try pictures.requireAny()
        var options = PseudoLabeler.Options(PixelSelection(threshold: threshold))
        (options.writesConfidence, options.copiesPictures) = (true, true)
        let labeler = try PseudoLabeler(bundle, options, workers: compute.workers())
        try checkFolder(bundle, pictures)
        let total = pictures.count
        var line = ChangingLine(isQuietAtFirst: true)
        var hasLosses = !pictures.problems.isEmpty
        let dataset = try labeler.label(
            pictures, into: out, isResumed: true,
            remark: {
                line.clear()
                standardError($0.text.onOneLine)
                if $0.isLoss { hasLosses = true }
            },
            progress: { done in
                guard line.isDue else { return }
                line.show("\(done)\(total.map { " of about \(max($0, done))" } ?? "") pictures labeled")
            })
        line.clear()
        standardError("Wrote \(CountText.text(dataset.items.count, "labeled picture")) to \(out).")
        if hasLosses { throw CommandFailure(code: 1, message: "") }
    }

    /// Labels of another bundle or other pictures must not pass for this run's.
    private func checkFolder(_ bundle: ModelBundle, _ pictures: UnlabeledPictures) throws {
        let note = "\(out)/\(PseudoLabeler.note)"
        let own = """
            model: \(bundle.fingerprint)
            inputs: \(inputs.joined(separator: ", "))
            every: \(every), threshold: \(threshold), size: \(size.map { "\($0.width)x\($0.height)" } ?? "as they are")

            """
        let files = "files: \(pictures.fingerprint)\n"
        if let earlier = FileManager.default.contents(atPath: note) {
            guard earlier.starts(with: Data(own.utf8)) else {
                throw CommandFailure(
                    code: 1, message: "\(out) was labeled with other options; labeled-by.txt there has them. Name another folder."
                )
            }
            let found = earlier.dropFirst(own.utf8.count)
            guard found.isEmpty || found == Data(files.utf8) else {
                throw CommandFailure(
                    code: 1,
                    message: "\(out) was begun with other files: some have come, gone or changed since. Name another folder.")
            }
            return
        }
        guard OutputCheck.isFree(out) else {
            throw CommandFailure(
                code: 1, message: "\(out) is not empty, and not a data set that 'camber label' began. Name another.")
        }
        try DurableFolder.make(out)
        try WholeFile.write([UInt8]((own + files).utf8), to: note)
    }
}

extension UnlabeledPictures {
    /// Names what of folders and lists is not among them.
    func tellWhatIsLeftOut() {
        for note in notes { standardError("Note: \(note.onOneLine)") }
        for problem in problems { standardError("Left out: \(problem.onOneLine)") }
    }
}
