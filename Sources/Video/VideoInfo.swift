/// What a source says of itself when it is opened; each frame may still differ in size and rate.
public struct VideoInfo: Sendable {
    /// Where pictures come from.
    public enum Kind: String, Sendable {
        case file, imageFolder, device, network, pipe
    }

    public var kind: Kind
    /// Displayed size in stored pixels: cropped and rotated as the file asks, pixels not made square.
    public var width: Int
    public var height: Int
    /// The shape of a displayed pixel, width to height; 1/1 where the source doesn't say.
    public var sampleAspectRatio: Rational
    /// Nominal frames per second; frames carry the exact times.
    public var frameRate: Rational
    public var timeBase: Rational
    /// Units: seconds; nil where the source doesn't say.
    public var duration: Double?
    /// About how many frames will come; nil where nothing tells.
    public var frameCount: Int?
    /// FFmpeg's name of the codec, such as `h264`.
    public var codec: String
    /// FFmpeg's name of the container or device, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    public var format: String
    /// Units: seconds since 1970, by the camera's clock; when the recording began, as far as it says so.
    public var created: Double?
    /// Units: seconds; the time of the first frame, as far as the container says.
    public var start = 0.0
    /// What Camber has made of another recording; nil of what a camera recorded.
    public var result: VideoSink.Kind?
    /// Pictures come at their own pace and are lost if nobody takes them.
    public var isLive: Bool
}
