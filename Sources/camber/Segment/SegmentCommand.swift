import ArgumentParser
import Foundation
import Live
import NeuralNetwork
import RoadScenes
import Video

/// `camber segment`: recordings in; overlay videos, masks, confidence and a report out.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: "Label every frame of recorded drives.",
        discussion: """
            INPUT is a video, a folder of images, a URL, '-' for standard input, or a folder of videos, with all that is in the \
            folders below. With several recordings, every output is a folder that gets one file for each, named like the \
            recording, in the same folders.

            An output has its name when it is whole. Until then, and for good where the work was stopped, it is called \
            NAME.partial.ENDING. --resume leaves alone what is whole and does the rest.

            Exit 1: something was lost. A recording could not be read or does not hold the frames that it promises, or an \
            output is not whole.

            --shard I/N does part I of N of the work, I from 1 to N: of several recordings every N-th one, of a single one a \
            run of its frames. Together the parts have every frame exactly once.
            """)

    @Argument(help: ArgumentHelp("Recordings to label.", valueName: "input")) var inputs: [String]
    @Option(
        help: ArgumentHelp("The bundle to label with: its file, or a name such as camvid.", valueName: "bundle"),
        transform: ShippedFile.bundle)
    var model: String
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Overlay video (.mp4 or .mkv).", valueName: "file")) var overlay:
        String?
    @Option(
        help: ArgumentHelp(
            "Class indices at the source's size: FFV1 video (.mkv), or of a single recording PNGs where it ends in '/'.",
            valueName: "file")
    )
    var masks: String?
    @Flag(help: "Masks as PNGs in a folder for each recording.") var png = false
    @Option(help: ArgumentHelp("The auxiliary network's confidence, 0…255 for 0…1 (.mkv).", valueName: "file")) var confidence:
        String?
    @Option(
        help: ArgumentHelp(
            "Report as JSON: frames, damaged, seconds, model, share of pixels by class. '-' for standard output.",
            valueName: "file")
    )
    var report: String?
    @Flag(help: "Put every frame's classes into the report.") var perFrame = false
    @Option(help: ArgumentHelp("What the network sees, such as 480x360. Default: the bundle's size.", valueName: "WxH")) var size:
        Graph.Size?
    @Option(help: ArgumentHelp("Which of a recording's video streams, counted from 1. Default: the best.", valueName: "N"))
    var stream: Int?
    @Option(help: ArgumentHelp("Frames per second of what says none: raw video, pictures. Default: 25.", valueName: "rate"))
    var rate: Double?
    @Option(
        help: ArgumentHelp(
            "A part of the picture that shows no road, such as the own bonnet; void in masks. Corners in percent, such as \"0,85 100,85 100,100 0,100\", or a picture that is black where the road is. Repeat for several. Plain black bars are found by themselves.",
            valueName: "area"))
    var ignore: [String] = []
    @Flag(help: "Keep labels from flickering where the picture stays as it is; 'camber run' does so by itself.") var steady =
        false
    @Option(help: ArgumentHelp("Label only every N-th frame.", valueName: "N")) var every = 1
    @Option(help: ArgumentHelp("Do part I of N, such as 2/5.", valueName: "I/N")) var shard: Shard?
    @Flag(help: "Leave alone what is whole, and do the rest.") var resume = false
    @Option(help: "Threads for the networks. Default: one for each processor.") var threads: Int?

    func validate() throws {
        try size?.validate()
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if let threads, !(1...64).contains(threads) { throw ValidationError("--threads \(threads): it must be from 1 to 64.") }
        if shard != nil, inputs.count == 1, inputs[0] == "-" || inputs[0].contains("://") {
            throw ValidationError(
                "--shard splits recordings; \(PublicAddress.text(inputs[0])) can only be read once, from its start.")
        }
        if png && masks == nil { throw ValidationError("--png needs --masks FOLDER.") }
        if let stream, stream < 1 { throw ValidationError("--stream \(stream): it must be 1 or more.") }
        if let rate, !(rate > 0 && rate <= 1000) { throw ValidationError("--rate \(rate): it must lie above 0 and up to 1000.") }
        if perFrame && report == nil { throw ValidationError("--per-frame needs --report FILE.") }
        if overlay == nil && masks == nil && confidence == nil && report == nil {
            throw ValidationError("Nothing would be written. Name an output: -o, --masks, --confidence or --report.")
        }
    }

    func run() throws {
        let plan: SegmentPlan
        do { plan = try SegmentPlan(self) } catch let error as ValidationError {
            throw CommandFailure(code: 2, message: "Error: \(error.message.onOneLine)")
        }
        let signals = SignalWaiter([SIGINT, SIGTERM])
        let bundle = try ModelBundle(contentsOf: model)
        if confidence != nil && !bundle.auxiliaryIsTrained {
            standardError("Warning: the auxiliary network of \(model) is not trained; its confidence means nothing.")
        }
        let workers = try WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let segmenter = try NetworkSegmenter(
            bundle, file: model, size: size, workers: workers, withCertainty: steady, withConfidence: confidence != nil)
        let settings = SegmentSettings(
            fingerprint: bundle.fingerprint, size: "\(segmenter.width)x\(segmenter.height)", every: every, shard: shard?.text,
            stream: stream, rate: rate, ignore: ignore, steady: steady)
        let ignored = try ignore.map { text throws(LiveError) in try IgnoredArea(text) }
        let report = report.flatMap { $0 == "-" ? nil : $0 }
        if let report { try SegmentArchive.makeFolder(of: report) }
        var archive = try SegmentArchive(
            plan, models: ModelSlot(segmenter), model: model, settings: settings, signals: signals, resumes: resume,
            report: report, options: sourceOptions, ignored: ignored, steady: steady)
        // One recording is split into runs of frames, several are dealt out.
        archive.run(every: every, shard: plan.search.isArchive ? nil : shard, keepsFrames: perFrame)
        if let file = self.report { try archive.write(to: file) }
        archive.close()
        // Standard output is the report's alone.
        try archive.conclude { self.report == "-" ? standardError($0) : print($0) }
    }

    private var sourceOptions: VideoSource.Options {
        var options = VideoSource.Options()
        options.stream = stream
        options.rate = rate.map(Rational.init(rate:))
        return options
    }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(text: argument)
    }
}
