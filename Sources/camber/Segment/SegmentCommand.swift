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
            INPUT is a video, a folder of images, a URL, '-' for standard input, or a folder of videos. With several \
            recordings, every output is a folder that gets one file for each, named like the recording.

            --shard I/N does part I of N of the work, I from 1 to N: of several recordings every N-th one, of a single one a \
            run of its frames. Together the parts have every frame exactly once.
            """)

    @Argument(help: ArgumentHelp("Recordings to label.", valueName: "input")) var inputs: [String]
    @Option(help: ArgumentHelp("The bundle to label with.", valueName: "bundle")) var model: String
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Overlay video (.mp4 or .mkv).", valueName: "file")) var overlay:
        String?
    @Option(
        help: ArgumentHelp(
            "Class indices at the source's size: FFV1 video (.mkv), or PNGs in a folder where it ends in '/'.", valueName: "file")
    )
    var masks: String?
    @Option(help: ArgumentHelp("The auxiliary network's confidence, 0…255 for 0…1 (.mkv).", valueName: "file")) var confidence:
        String?
    @Option(help: ArgumentHelp("Report as JSON: frames, damaged, seconds, model, share of pixels by class.", valueName: "file"))
    var report: String?
    @Flag(help: "Put every frame's classes into the report.") var perFrame = false
    @Option(help: ArgumentHelp("What the network sees, such as 480x360. Default: the bundle's size.", valueName: "WxH")) var size:
        Graph.Size?
    @Option(help: ArgumentHelp("Which of a recording's video streams, counted from 1. Default: the best.", valueName: "N"))
    var stream: Int?
    @Option(help: ArgumentHelp("Frames per second of what says none: raw video, pictures. Default: 25.", valueName: "rate"))
    var rate: Double?
    @Option(help: ArgumentHelp("Label only every N-th frame.", valueName: "N")) var every = 1
    @Option(help: ArgumentHelp("Do part I of N, such as 2/5.", valueName: "I/N")) var shard: Shard?
    @Option(help: "Threads for the networks. Default: one for each processor.") var threads: Int?

    func validate() throws {
        try size?.validate()
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if let threads, !(1...64).contains(threads) { throw ValidationError("--threads \(threads): it must be from 1 to 64.") }
        if shard != nil, inputs.count == 1, inputs[0] == "-" || inputs[0].contains("://") {
            throw ValidationError("--shard splits recordings; \(inputs[0]) can only be read once, from its start.")
        }
        if let stream, stream < 1 { throw ValidationError("--stream \(stream): it must be 1 or more.") }
        if let rate, !(rate > 0 && rate <= 1000) { throw ValidationError("--rate \(rate): it must lie above 0 and up to 1000.") }
        if perFrame && report == nil { throw ValidationError("--per-frame needs --report FILE.") }
        try SegmentPlan.validate(self)
    }

    func run() throws {
        let signals = SignalWaiter([SIGINT, SIGTERM])
        let bundle = try ModelBundle(contentsOf: model)
        if confidence != nil && !bundle.auxiliaryIsTrained {
            standardError("Warning: the auxiliary network of \(model) is not trained; its confidence means nothing.")
        }
        let workers = try WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let segmenter = try NetworkSegmenter(bundle, file: model, size: size, workers: workers, withConfidence: confidence != nil)
        var archive = SegmentArchive(models: ModelSlot(segmenter), model: model, signals: signals, options: sourceOptions)
        if let report { try SegmentArchive.makeFolder(of: report) }
        for task in SegmentPlan.tasks(self) {
            archive.label(task, every: every, shard: isSplitByFrames ? shard : nil, keepsFrames: perFrame)
            if archive.wasStopped { break }
        }
        if let report { try archive.write(to: report) }
        try archive.conclude()
    }

    private var sourceOptions: VideoSource.Options {
        var options = VideoSource.Options()
        options.stream = stream
        options.rate = rate.map(Rational.init(rate:))
        return options
    }

    /// One recording is split into runs of frames, several are dealt out.
    private var isSplitByFrames: Bool { !RecordingFinder.isArchive(inputs) }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(text: argument)
    }
}
