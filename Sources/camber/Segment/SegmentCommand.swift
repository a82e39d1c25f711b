import ArgumentParser
import Configuration
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

            Of a single picture the shares of its classes are printed, also without any output.

            Exit 1: something was lost. A recording or a picture could not be read, a recording does not hold the frames that it \
            promises, or an output is not whole.

            --shard I/N does part I of N of the work, I from 1 to N: of several recordings every N-th one, of a single one a \
            run of its frames. Together the parts have every frame exactly once. --shard auto takes I and N from Slurm's job \
            arrays, --shard auto/N takes I from them (counted from 1) or from Kubernetes' indexed jobs. 'camber report merge' \
            joins the reports of the parts.
            """)

    @Argument(help: ArgumentHelp("Recordings to label.", valueName: "input")) var inputs: [String]
    @Option(
        help: ArgumentHelp("The bundle to label with: its file, or a name such as camvid.", valueName: "bundle"),
        transform: BundleArgument.file)
    var model: String
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Overlay video (.\(SegmentPlan.overlayEndings.joined(separator: ", ."))).", valueName: "file"))
    var overlay: String?
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
    @Flag(
        help:
            "Beside every output a file NAME.jsonl with a line of JSON for every frame: number, time, UTC, class shares, confidence, position."
    ) var sidecar = false
    @Option(
        help: ArgumentHelp(
            "Where the drive went, as GPX or GeoJSON: from what a GoPro or a dash camera has written into the recording, or from a GPX file of its name beside it.",
            valueName: "file"))
    var track: String?
    @Option(
        help: ArgumentHelp(
            "A GPX file to take positions from, for --sidecar and --track of a single recording.", valueName: "file"))
    var gpx: String?
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
    @Flag(help: "Hatch what of the overlay is uncertain: it should be right in less than four of five pixels.") var uncertainty =
        false
    @Option(help: ArgumentHelp("Label only every N-th frame.", valueName: "N")) var every = 1
    @Option(
        help: ArgumentHelp("Do part I of N, such as 2/5; 'auto' where a scheduler says which.", valueName: "I/N"),
        transform: { try Shard(argument: $0, environment: ProcessInfo.processInfo.environment) })
    var shard: Shard?
    @Flag(help: "Leave alone what is whole, and do the rest.") var resume = false
    @Option(help: "Threads for the networks. Default: one for each processor that it may use.") var threads: Int?
    @Option(
        help: ArgumentHelp(
            "So many recordings at once, which share the threads. Default: as many as it pays for.", valueName: "N"))
    var jobs: Int?

    func validate() throws {
        try size?.validate()
        if every < 1 { throw ValidationError("--every \(every): it must be 1 or more.") }
        if let threads { try ThreadsOption.validate(threads) }
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs \(jobs): it must be from 1 to 64.") }
        if shard != nil, inputs.count == 1, inputs[0] == "-" || inputs[0].contains("://") {
            throw ValidationError(
                "--shard splits recordings; \(PublicAddress.text(inputs[0])) can only be read once, from its start.")
        }
        if png && masks == nil { throw ValidationError("--png needs --masks FOLDER.") }
        if let stream, stream < 1 { throw ValidationError("--stream \(stream): it must be 1 or more.") }
        if let rate, !(rate > 0 && rate <= 1000) { throw ValidationError("--rate \(rate): it must lie above 0 and up to 1000.") }
        if uncertainty && overlay == nil { throw ValidationError("--uncertainty needs -o FILE.") }
        if gpx != nil, track == nil, !sidecar { throw ValidationError("--gpx needs --sidecar or --track FILE.") }
        if sidecar && overlay == nil && masks == nil && confidence == nil {
            throw ValidationError("--sidecar writes beside an output: name one with -o, --masks or --confidence.")
        }
        if perFrame && report == nil { throw ValidationError("--per-frame needs --report FILE.") }
    }

    func run() throws {
        let plan = try SegmentPlan(self)
        if overlay == nil && masks == nil && confidence == nil && report == nil && track == nil {
            try SegmentWithoutOutputs(plan).check()
        }
        // SIGHUP: the terminal is gone.
        let signals = SignalWaiter([SIGINT, SIGTERM], unlessIgnored: [SIGHUP])
        let bundle = try ModelBundle(contentsOf: model)
        if needsConfidence && !bundle.auxiliaryIsTrained {
            standardError("Warning: the auxiliary network of \(model) is not trained; its confidence means nothing.")
        }
        let ignored: [IgnoredArea]
        do { ignored = try ignore.map { try IgnoredArea($0) } } catch {
            throw CommandFailure(code: 2, message: "Error: --ignore: \("\(error)".onOneLine)")
        }
        let (models, size) = try models(bundle, for: plan)
        let settings = SegmentSettings(
            fingerprint: bundle.fingerprint, size: size, every: every, shard: shard?.text, stream: stream, rate: rate,
            ignore: ignore, steady: steady, uncertainty: uncertainty, gpx: gpx)
        if let reportFile { try RecordingLabeler.makeFolder(of: reportFile) }
        // One recording is split into runs of frames, several are dealt out.
        let work = RecordingLabeler.Work(
            model: model, every: every, shard: plan.search.isArchive ? nil : shard, keepsFrames: perFrame, resumes: resume,
            options: sourceOptions(models.count), gpx: gpx, ignored: ignored, steady: steady,
            uncertainty: uncertainty)
        var archive = try SegmentArchive(
            plan, models: models, work: work, settings: settings, signals: signals, report: reportFile)
        archive.run()
        if let report { try archive.write(to: report) }
        archive.close()
        // Standard output is the report's alone.
        try archive.conclude { report == "-" ? standardError($0) : print($0) }
    }

    /// Nil where no report is wanted, or on standard output.
    var reportFile: String? { report == "-" ? nil : report }

    private var needsConfidence: Bool { confidence != nil || uncertainty }

    /// The model, compiled for each of the recordings that are labeled at once, and the size that it sees.
    private func models(_ bundle: ModelBundle, for plan: SegmentPlan) throws -> (models: [ModelSlot], size: String) {
        let threads = threads ?? UsableProcessors.count
        let atOnce = max(1, min(jobs ?? Self.recordingsAtOnce(threads), plan.tasks.count))
        var size = ""
        let models = try (0..<atOnce).map { place in
            // What does not divide evenly is the first ones'.
            let workers = try WorkerPool(threads: max(1, threads / atOnce + (place < threads % atOnce ? 1 : 0)))
            let segmenter = try NetworkSegmenter(
                bundle, file: model, size: self.size, workers: workers, withCertainty: steady,
                withConfidence: needsConfidence)
            size = "\(segmenter.width)x\(segmenter.height)"
            return ModelSlot(segmenter)
        }
        return (models, size)
    }

    /// Two threads each: docs/sizing.md says what was measured.
    private static func recordingsAtOnce(_ threads: Int) -> Int { max(1, threads / 2) }

    private func sourceOptions(_ atOnce: Int) -> VideoSource.Options {
        var options = VideoSource.Options()
        options.stream = stream
        options.rate = rate.map(Rational.init(rate:))
        options.mostDecoderThreads = max(1, UsableProcessors.count / atOnce)
        return options
    }
}
