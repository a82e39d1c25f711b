import Video

/// Frames of a `VideoSource`.
///
/// Threading: one thread reads and draws; `cancel` from any.
public final class VideoFrameSource: FrameSource, Sendable {
    private let source: VideoSource
    private let decoded = VideoFrame()
    public let facts: SourceFacts

    public convenience init(_ location: String, options: VideoSource.Options = .init()) throws(LiveError) {
        try self.init(location, options: options, cancellation: Cancellation())
    }

    /// Lets another thread give up while the source is still being opened.
    public init(_ location: String, options: VideoSource.Options, cancellation: Cancellation) throws(LiveError) {
        source = try VideoSource(location, options: options, cancellation: cancellation)
        facts = SourceFacts(source.info)
    }

    public var frame: FrameStamp {
        FrameStamp(
            index: decoded.index, time: decoded.timestamp,
            duration: decoded.duration > 0 ? Double(decoded.duration) * decoded.timestamp.timeBase.value : nil,
            isDamaged: decoded.isDamaged, width: decoded.width, height: decoded.height)
    }

    public var damaged: Int { source.damaged }

    public var missing: Int { source.missing }

    public var lost: [String] { source.lost }

    public var notices: [String] { source.notices }

    public func read() throws(LiveError) -> Bool {
        try source.read(into: decoded)
    }

    public func draw(into picture: RGBImage) throws(LiveError) {
        try decoded.draw(into: picture)
    }

    public func held() -> VideoFrame? { decoded.held() }

    public func cancel() { source.cancel() }
}

extension SourceFacts {
    init(_ info: VideoInfo) {
        self.init(
            width: info.width, height: info.height, frameRate: info.frameRate,
            frameCount: info.frameCount, isLive: info.isLive, timeBase: info.timeBase,
            sampleAspectRatio: info.sampleAspectRatio, created: info.created, start: info.start, result: info.result)
    }
}
