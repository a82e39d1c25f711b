import Files
import Glibc
import RoadScenes
import Threads
import Video

/// Labels one recording, every frame of it in order, into files.
///
/// Threading: `progress` from any; the rest from one.
public final class SegmentJob: Sendable {
    /// Where the results go; nil writes none of that kind.
    public struct Outputs: Sendable, Equatable, Codable {
        public var overlay: String?
        /// A .mkv file, or a folder where it ends in '/'.
        public var masks: String?
        public var confidence: String?
        /// Whether each has a sidecar; nil where none has.
        public var sidecar: Bool?
        /// Where the drive went; written by whoever runs the job.
        public var track: String?

        public init(
            overlay: String? = nil, masks: String? = nil, confidence: String? = nil, sidecar: Bool = false, track: String? = nil
        ) {
            (self.overlay, self.masks, self.confidence, self.track) = (overlay, masks, confidence, track)
            self.sidecar = sidecar ? true : nil
        }

        /// All files and folders that are written, sidecars and track among them.
        public var paths: [String] {
            let files = [overlay, masks, confidence].compactMap { $0 }
            return files + (sidecar == true ? files.map(SidecarFile.path) : []) + [track].compactMap { $0 }
        }

        /// Whether each is there under its name, and so is whole.
        ///
        /// A folder may have been there before: its list of classes, which comes last, counts.
        public var areWhole: Bool {
            paths.allSatisfy { access($0.hasSuffix("/") ? $0 + ClassSet.fileName : $0, F_OK) == 0 }
        }

        /// What earlier runs have left of them under temporary names.
        public var leftovers: [String] {
            paths.flatMap { $0.hasSuffix("/") ? PartialFolder.leftovers(of: $0) : PartialFile.leftovers(of: $0) }
        }

        /// Removes one of the `leftovers`: of a folder only what stands for frames, and the folder itself where nothing else is in it.
        public static func remove(leftover path: String) {
            guard let names = FolderNames.text(in: path) else {
                unlink(path)
                return
            }
            for name in names where name.hasSuffix(".png") || name.hasSuffix(".partial") || name == ClassSet.fileName {
                unlink("\(path)/\(name)")
            }
            rmdir(path)
        }
    }

    public let location: String
    /// About how many frames will be labeled; nil where nothing tells.
    public let expectedFrames: Int?
    private let pipeline: FramePipeline
    private let shares: ClassShareOutput
    private let facts: SourceFacts
    private let outputs: Outputs

    /// - Parameters:
    ///   - keepsFrames: whether the report has an entry for every frame.
    ///   - ignored: parts of the picture that show no road; void in masks.
    ///   - steady: whether labels are kept from flickering.
    ///   - uncertainty: whether uncertain areas of overlays are hatched.
    ///   - circumstances: tells when and where a frame was taken, for sidecars.
    public init(
        _ source: any FrameSource, location: String, models: ModelSlot, outputs: Outputs, selection: FrameSelection = .all,
        keepsFrames: Bool = false, ignored: [IgnoredArea] = [], steady: Bool = false,
        uncertainty: Bool = false, circumstances: (@Sendable (FrameStamp) -> FrameCircumstances)? = nil
    ) {
        (self.location, self.outputs) = (location, outputs)
        facts = source.facts
        expectedFrames = source.facts.frameCount.map(selection.count(of:))
        let classes = models.current.classes
        let shares = ClassShareOutput(names: classes.names, keepsFrames: keepsFrames)
        self.shares = shares
        var options = FramePipeline.Options(
            pace: .unpaced, selection: selection, readAhead: 2, confidence: outputs.confidence != nil || uncertainty,
            mustBeWhole: true, ignored: ignored, steady: steady)
        options.circumstances = circumstances
        pipeline = FramePipeline(
            source: source, models: models, lanes: Self.lanes(outputs, classes, shares, uncertainty), options: options)
    }

    /// Frames labeled so far, and how fast.
    public var progress: LoopFigures { pipeline.statistics.figures(at: MonotonicClock.now) }

    public func start() {
        pipeline.start()
    }

    /// True when all is written and closed.
    public func wait(until deadline: Duration? = nil) -> Bool {
        pipeline.wait(until: deadline)
    }

    /// Ends early: what has been labeled is written, the files are closed. Leaves behind what does not end in time.
    ///
    /// - Returns: the names of what was left.
    public func finish(within limit: Duration) -> [String] {
        pipeline.finish(within: limit)
    }

    /// The results, once `wait` has returned true.
    ///
    /// - Parameter wasStopped: whether it ended before its time.
    public func report(model: String, seconds: Double, wasStopped: Bool = false) -> SegmentReport {
        let figures = progress
        let totals = shares.totals
        let pixels = Double(max(1, totals.reduce(0, +)))
        let classes = pipeline.models.current.classes
        let lostOutput = pipeline.lanes.contains { $0.report().state == .failed }
        let (lost, notices) = (pipeline.source.lost, pipeline.source.notices)
        let left = pipeline.lanes.compactMap(\.left)
        return SegmentReport(
            input: location, frames: figures.frames, damaged: figures.damaged, missing: pipeline.source.missing,
            lost: lost.isEmpty ? nil : lost, seconds: seconds, model: model, width: facts.width, height: facts.height,
            latency: figures.latency, inference: figures.inference,
            classes: Dictionary(zip(classes.names, totals.map { Double($0) / pixels })) { $0 + $1 }, labels: classes.entries,
            notices: notices.isEmpty ? nil : notices,
            perFrame: shares.frames.isEmpty ? nil : shares.frames, sidecar: outputs.sidecar == true ? shares.circumstances : nil,
            outputs: outputs, partial: left.isEmpty ? nil : left,
            problem: pipeline.failure?.description, lostOutput: lostOutput,
            complete: !wasStopped && pipeline.failure == nil && !lostOutput)
    }

    private static func lanes(
        _ outputs: Outputs, _ classes: ClassSet, _ shares: ClassShareOutput, _ uncertainty: Bool
    ) -> [OutputLane] {
        var lanes = [OutputLane("report", needsPicture: false, policy: .wait) { _ in shares }]
        func add(
            _ name: String, _ path: String?, needsPicture: Bool = false,
            _ make: @escaping @Sendable (String, FrameSlot) throws(LiveError) -> any FrameOutput
        ) {
            guard let path else { return }
            lanes.append(
                OutputLane(name, needsPicture: needsPicture, policy: .wait) { slot throws(LiveError) -> any FrameOutput in
                    let output = try make(path, slot)
                    return outputs.sidecar == true ? try SidecarOutput(output, path: path, classes: classes.names) : output
                })
        }
        add("overlay", outputs.overlay, needsPicture: true) { path, slot throws(LiveError) in
            try OverlayOutput(path, classes: classes, first: slot, showsStatus: false, showsUncertainty: uncertainty)
        }
        add("masks", outputs.masks) { path, slot throws(LiveError) -> any FrameOutput in
            path.hasSuffix("/")
                ? try MaskFolderOutput(path, classes: classes, first: slot, isWholeAtOnce: true)
                : try MaskOutput(path, classes: classes, first: slot)
        }
        add("confidence", outputs.confidence) { path, slot throws(LiveError) in
            try MaskOutput(path, content: .confidence, classes: classes, first: slot)
        }
        return lanes
    }
}
