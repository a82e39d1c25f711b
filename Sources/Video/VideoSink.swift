import CFFmpeg

/// Writes a video, keeping the times of the source.
///
/// The file has another name (`a.partial.mp4`, or `a.partial-2.mp4` where there is one already) until `close` gives it its
/// own. `leave` ends it under that name; a sink that goes without any of them leaves that file, which plays up to about the last
/// second; `abort` removes it.
///
/// Times are kept as far as the container can say them: Matroska rounds to milliseconds, AVI to a frame of the constant rate,
/// MP4 and MPEG-TS keep the tick. A first time below zero moves all to start at zero, since no container holds such; in AVI, where
/// the first frame is at zero whatever is said of it, every first time does. Where the source's time jumps back, or in
/// AVI by more than 60,000 frames, later frames follow on at the nominal rate.
///
/// Threading: one thread at a time.
// Safe to send: its users hand it over whole.
public final class VideoSink: @unchecked Sendable {
    /// What the video is for.
    public enum Kind: String, Sendable {
        /// For looking at: H.264, or MPEG-4 where FFmpeg has no H.264 encoder. Odd sizes get one more column or row.
        case overlay
        /// Exact 8-bit values: FFV1 gray in Matroska.
        case mask
        /// As `mask`, or as `overlay` in gray where the name doesn't end in .mkv.
        case confidence

        /// For people, as what a file is.
        public var text: String {
            switch self {
            case .overlay: "an overlay"
            case .mask: "masks"
            case .confidence: "confidence maps"
            }
        }
    }

    public struct Options: Sendable {
        /// Threads of the encoder.
        public var threads = 1
        /// x264's preset.
        public var preset = "ultrafast"
        /// x264's constant rate factor: smaller is better and larger.
        public var quality = 23
        /// The first frame gets time zero, whatever the source's time: for live sources, whose clocks start anywhere.
        public var startsAtZero = false
        /// Whether every few seconds a frame waits for the disk: so much a power cut can take. `close` always does.
        public var sync = false
        /// Stored with the video stream, under names in capitals as Matroska has them.
        public var metadata: [String: String] = [:]
        /// Whether it is made of a recording, which the file says then: it does not pass for one itself.
        public var isResult = false

        public init() {}
    }

    public let path: String
    public let width: Int
    public let height: Int
    /// Frames given so far.
    public private(set) var frameCount = 0

    private let muxer: Muxer
    private let encoder: Encoder
    private let timeBase: Rational
    private var clock: SinkClock
    private let sync: Bool
    private var isDone = false
    /// Units: ticks of `timeBase`.
    private var syncAt: Int64 = 0
    /// Units: seconds between two waits for the disk.
    package static let syncSeconds: Int64 = 3

    /// - Parameters:
    ///   - timeBase: the source's, whose times `append` gets.
    ///   - frameRate: the source's nominal rate; frames may come at any.
    ///   - sampleAspectRatio: the shape of a pixel, width to height; AVI cannot say it.
    /// - Throws: where the name's extension says no container for this kind, or the file cannot be written.
    public init(
        _ path: String, kind: Kind, width: Int, height: Int, timeBase: Rational, frameRate: Rational,
        sampleAspectRatio: Rational = Rational(1, 1), options: Options = .init()
    ) throws(VideoError) {
        _ = FFmpeg.settings
        precondition(width > 0 && height > 0, "a video of \(width)×\(height) pixels")
        let profile = try SinkProfile(path: path, kind: kind)
        let rate = frameRate.isPositive ? frameRate : Rational(25, 1)
        self.path = path
        self.width = width
        self.height = height
        self.timeBase = profile.timeBase(for: timeBase.isPositive ? timeBase : rate.inverse, rate)
        clock = SinkClock(
            timeBase: self.timeBase, frameRate: rate, startsAtZero: options.startsAtZero || profile.startsAtZero,
            longestGap: profile.longestGap)
        sync = options.sync
        muxer = try Muxer(path: path, format: profile.container)
        do throws(VideoError) {
            var settings = try profile.encoder(
                width: width, height: height, timeBase: self.timeBase, frameRate: rate, globalHeader: muxer.wantsGlobalHeader,
                options: options)
            if sampleAspectRatio.isPositive { settings.sampleAspectRatio = sampleAspectRatio }
            encoder = try Encoder(settings)
            try muxer.start(
                encoder, options: profile.containerOptions, metadata: options.metadata,
                mark: options.isResult ? ResultMark.text(kind) : nil)
        } catch {
            muxer.discard()
            throw VideoError("Cannot write \(path). \(error.problem)", remedy: error.remedy)
        }
    }

    /// The name that the video has until it is complete.
    public var temporaryPath: String { muxer.temporaryPath }

    /// Units: bytes that have reached the file.
    public var writtenBytes: Int { muxer.writtenBytes }

    /// Whether somebody has removed or moved it: no more than its frames so far can be had, if that.
    public var isGone: Bool { PartialFile.isGone(temporaryPath) }

    /// Adds a picture of exactly the video's size.
    ///
    /// - Throws: where it cannot be encoded or written, as on a full disk; the sink can then only be aborted.
    public func append(_ image: RGBImage, at time: Timestamp) throws(VideoError) {
        try encoder.fill(from: image)
        try encode(at: time)
    }

    /// Adds a picture of exactly the video's size.
    ///
    /// - Throws: where it cannot be encoded or written, as on a full disk; the sink can then only be aborted.
    public func append(_ image: GrayImage, at time: Timestamp) throws(VideoError) {
        try encoder.fill(from: image)
        try encode(at: time)
    }

    /// Completes the file and gives it its name; where no frame came, there is none.
    ///
    /// - Throws: where it cannot be written; what was written stays under its temporary name, if it is more than a header.
    public func close() throws(VideoError) { try finish(isWhole: true) }

    /// Ends the file where it is not all that was to be written: it plays, and keeps its temporary name.
    ///
    /// - Returns: that name; nil where no frame came, and nothing is left.
    /// - Throws: as `close`.
    public func leave() throws(VideoError) -> String? {
        try finish(isWhole: false)
        return frameCount > 0 ? temporaryPath : nil
    }

    private func finish(isWhole: Bool) throws(VideoError) {
        guard !isDone else { return }
        isDone = true
        guard frameCount > 0 else { return muxer.discard() }
        do throws(VideoError) {
            try encoder.finish { packet throws(VideoError) in try write(packet) }
        } catch {
            muxer.discardHeader()
            throw error
        }
        try muxer.finish(isWhole: isWhole)
    }

    /// Gives up: nothing is left on disk.
    public func abort() {
        guard !isDone else { return }
        isDone = true
        muxer.discard()
    }

    private func encode(at time: Timestamp) throws(VideoError) {
        precondition(!isDone, "a frame for a closed video")
        let tick = clock.tick(for: time)
        try encoder.encode(at: tick) { packet throws(VideoError) in try write(packet) }
        frameCount += 1
        if sync, tick >= syncAt {
            if syncAt > 0 { try muxer.sync() }
            syncAt = tick + Timestamp(Self.syncSeconds, Rational(1, 1)).rescaled(to: timeBase).value
        }
    }

    private func write(_ packet: UnsafeMutablePointer<AVPacket>) throws(VideoError) {
        if packet.pointee.duration <= 0 { packet.pointee.duration = clock.frameDuration }
        try muxer.write(packet, timeBase: timeBase)
    }
}
