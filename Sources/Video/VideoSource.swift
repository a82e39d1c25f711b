/// Pictures from a file, a folder of images, a camera, the network or a pipe, one after the other.
///
/// FFmpeg opens only what the source's kind needs: nothing at all for files and pipes (their bytes are handed to it), and for URLs
/// the protocols of their scheme. Playlists and containers that refer to other files are refused.
///
/// Threading: one reading thread at a time; `cancel` from any.
// Safe to send: its users hand it over whole; what `cancel` touches is atomic.
public final class VideoSource: @unchecked Sendable {
    public struct Options: Sendable {
        /// Threads of the decoder. Files use them for pictures side by side, which costs memory for each; live sources within one.
        public var decoderThreads = 1
        /// Units: seconds that a read waits for a picture; nil waits 10 s for devices and networks, and forever for files and pipes.
        public var stallTimeout: Double?
        /// Units: seconds that opening may take for devices and networks.
        public var openTimeout: Double = 15
        /// Whether the source runs at its own pace; nil decides by its kind: devices and endless network streams do.
        public var isLive: Bool?
        /// Units: pictures per second of a folder of images.
        public var imageRate = Rational(25, 1)
        /// What a camera device is asked for; nil takes what it offers.
        public var deviceSize: (width: Int, height: Int)?
        public var deviceRate: Rational?
        /// FFmpeg's name of the device's pixel format or codec, such as `mjpeg` or `yuyv422`.
        public var deviceFormat: String?

        public init() {}
    }

    /// What was opened, as messages show it: without the password that a URL may carry.
    public let name: String
    private let interruption: Interruption
    private let reader: any FrameReader
    private let stallTimeout: Double?

    /// Opens a file, a folder of images, a device such as `/dev/video0`, an rtsp, http(s), udp or tcp URL, or `-`, standard input.
    ///
    /// - Throws: where it cannot be opened, holds no video, or isn't taken: the error says which.
    public convenience init(_ location: String, options: Options = .init()) throws(VideoError) {
        try self.init(location, options: options, cancellation: Cancellation())
    }

    /// Lets another thread give up while a source is still being opened.
    public init(_ location: String, options: Options = .init(), cancellation: Cancellation) throws(VideoError) {
        _ = FFmpeg.settings
        name = SourceLocation.displayName(location)
        interruption = cancellation.interruption
        let place = try SourceLocation(location)
        let waits = place.kind == .device || place.kind == .network
        stallTimeout = options.stallTimeout ?? (waits ? 10 : nil)
        interruption.setDeadline(in: waits ? options.openTimeout : options.stallTimeout)
        switch place {
        case .folder(let path):
            reader = try ImageSequenceReader(folder: path, rate: options.imageRate, interruption: interruption)
        case .image(let path):
            reader = try ImageSequenceReader(image: path, rate: options.imageRate, interruption: interruption)
        default:
            reader = try MediaReader(place, name: name, options: options, interruption: interruption)
        }
    }

    public var info: VideoInfo { reader.info }

    /// Frames lost or damaged so far.
    public var damaged: Int { reader.damaged }

    /// Reads the next frame.
    ///
    /// - Returns: false at the end, or where the source was cancelled.
    /// - Throws: where a live source stalls or breaks, and where a source ends without having given any frame.
    public func read(into frame: VideoFrame) throws(VideoError) -> Bool {
        if interruption.isCancelled { return false }
        interruption.setDeadline(in: stallTimeout)
        return try reader.read(into: frame)
    }

    /// Makes a blocked `read`, and all later ones, return false.
    ///
    /// Threading: any thread.
    public func cancel() { interruption.cancel() }
}
