import Video

/// Where frames come from, one after the other.
///
/// Threading: one thread reads and draws; `cancel` may be called from any.
public protocol FrameSource: AnyObject {
    /// What is known of the source once it has been opened.
    var facts: SourceFacts { get }
    /// The frame that the last `read` decoded.
    var frame: FrameStamp { get }
    /// Frames lost or damaged so far.
    var damaged: Int { get }
    /// Those among them that a recording promises and does not hold, known at its end.
    var missing: Int { get }
    /// Pictures of a folder that gave no frame, each with the reason; of many the first. They are among the notices too.
    var lost: [String] { get }
    /// What is worth saying once of the source, oldest first: what was assumed, left out or broken.
    var notices: [String] { get }

    /// Decodes the next frame. False at the end, and after `cancel`.
    func read() throws(LiveError) -> Bool
    /// Draws the decoded frame, scaled to the picture's size.
    func draw(into picture: RGBImage) throws(LiveError)
    /// The decoded frame itself, for those who want it larger later; nil where there is none to hold.
    func held() -> VideoFrame?
    /// Makes a blocked `read` return soon.
    func cancel()
}

extension FrameSource {
    public var missing: Int { 0 }
    public var lost: [String] { [] }
    public var notices: [String] { [] }
    public func held() -> VideoFrame? { nil }
}

/// What is known of a source once it has been opened.
public struct SourceFacts: Sendable, Equatable {
    /// Units: pixels as displayed, rotation applied.
    public var width: Int
    public var height: Int
    /// Units: frames per second, nominal; 0/1 where the source does not say.
    public var frameRate: Rational
    /// An estimate from the container's header.
    public var frameCount: Int?
    /// Frames come when they come: a camera or a stream, not a recording.
    public var isLive: Bool
    public var timeBase: Rational
    /// The shape of a pixel, width to height.
    public var sampleAspectRatio: Rational
    /// Units: seconds since 1970, by the camera's clock; when the recording began, as far as it says so.
    public var created: Double?
    /// Units: seconds; the time of the first frame, as far as the container says.
    public var start = 0.0
    /// What Camber has made of another recording; nil of what a camera recorded.
    public var result: VideoSink.Kind?

    public init(
        width: Int, height: Int, frameRate: Rational, frameCount: Int?, isLive: Bool, timeBase: Rational,
        sampleAspectRatio: Rational = Rational(1, 1), created: Double? = nil, start: Double = 0,
        result: VideoSink.Kind? = nil
    ) {
        (self.width, self.height, self.frameRate) = (width, height, frameRate)
        (self.frameCount, self.isLive, self.timeBase) = (frameCount, isLive, timeBase)
        (self.sampleAspectRatio, self.created, self.start, self.result) = (sampleAspectRatio, created, start, result)
    }
}

/// Which frame of a source this is, and when it is shown.
public struct FrameStamp: Sendable, Equatable {
    /// Counted from 0 in the order of display.
    public var index: Int
    public var time: Timestamp
    /// Units: seconds; nil where unknown.
    public var duration: Double?
    /// Part of it is missing, or made of frames that are: nothing is to be learned from it.
    public var isDamaged: Bool
    /// Units: pixels as displayed; 0 where unknown.
    public var width: Int
    public var height: Int

    public init(
        index: Int, time: Timestamp, duration: Double? = nil, isDamaged: Bool = false, width: Int = 0, height: Int = 0
    ) {
        (self.index, self.time, self.duration) = (index, time, duration)
        (self.isDamaged, self.width, self.height) = (isDamaged, width, height)
    }
}
