import ArgumentParser
import Foundation
import Live
import NeuralNetwork
import RoadScenes

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

    @Argument(help: "Recordings to label.") var inputs: [String]
    @Option(help: "The bundle to label with.") var model: String
    @Option(name: [.customShort("o"), .long], help: "Overlay video (.mp4 or .mkv).") var overlay: String?
    @Option(help: "Class indices at the source's size: FFV1 video (.mkv), or PNGs in a folder where it ends in '/'.")
    var masks: String?
    @Option(help: "The auxiliary network's confidence, 0…255 for 0…1 (.mkv).") var confidence: String?
    @Option(help: "Report as JSON: frames, damaged, seconds, model, share of pixels by class.") var report: String?
    @Flag(help: "Put every frame's classes into the report.") var perFrame = false
    @Option(help: "What the network sees, such as 480x360. Default: the bundle's size.") var size: Graph.Size?
    @Option(help: "Label only every N-th frame.") var every = 1
    @Option(help: "Do part I of N, such as 2/5.") var shard: Shard?
    @Option(help: "Threads for the networks. Default: one for each processor.") var threads: Int?

    func validate() throws {
        try size?.validate()
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if let threads, !(1...64).contains(threads) { throw ValidationError("--threads \(threads): it must be from 1 to 64.") }
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
        var archive = SegmentArchive(models: ModelSlot(segmenter), model: model, signals: signals)
        for task in SegmentPlan.tasks(self) {
            archive.label(task, every: every, shard: isSplitByFrames ? shard : nil, keepsFrames: perFrame)
            if archive.wasStopped { break }
        }
        if let report { try archive.write(to: report) }
        try archive.conclude()
    }

    /// One recording is split into runs of frames, several are dealt out.
    private var isSplitByFrames: Bool { !RecordingFinder.isArchive(inputs) }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(text: argument)
    }
}
