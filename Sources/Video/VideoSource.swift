/// Pictures from a file, a folder of images, a camera, the network or a pipe, one after the other.
///
/// FFmpeg opens only what the source's kind needs: nothing at all for files and pipes (their bytes are handed to it), and for URLs
/// the protocols of their scheme. Playlists and containers that refer to other files are refused.
///
/// Threading: one reading thread at a time; `cancel` from any.
// Safe to send: its users hand it over whole; what `cancel` touches is atomic.
public final class VideoSource: @unchecked Sendable {
    public struct Options: Sendable {
        /// Threads of the decoder at most: large pictures get them, small ones are decoded faster than anything else is done with
        /// them. Files use them for pictures side by side, which costs memory for each; live sources within one.
        public var mostDecoderThreads = 1
        /// Units: seconds that a read waits for a picture; nil waits 10 s for devices and networks, and forever for files and pipes.
        public var stallTimeout: Double?
        /// Units: seconds that opening may take for devices and networks.
        public var openTimeout: Double = 15
        /// Whether the source runs at its own pace; nil decides by its kind: devices and endless network streams do.
        public var isLive: Bool?
        /// Units: pictures per second of a folder of images, and of what says no rate itself; nil takes 25, and for live sources
        /// the times at which their pictures come.
        public var rate: Rational?
        /// Which video stream, counted from 1; nil takes the best.
        public var stream: Int?
        /// How often an address of a single picture is asked for; nil asks once.
        public var snapshotRate: SnapshotRate?
        /// What a camera device is asked for; nil takes what it offers.
        public var deviceSize: (width: Int, height: Int)?
        public var deviceRate: Rational?
        /// FFmpeg's name of the device's pixel format or codec, such as `mjpeg` or `yuyv422`.
        public var deviceFormat: String?
        /// Gets a copy of every packet of the video, for those who keep it as it came; nil for nobody.
        public var tap: PacketTap?

        public init() {}
    }

    /// What was opened, as messages show it: without the password that a URL may carry.
    public let name: String
    private let interruption: Interruption
    private let reader: any FrameReader
    private let stallTimeout: Double?
    private static let usualRate = Rational(25, 1)

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
        var options = options
        options.stallTimeout = stallTimeout
        do throws(VideoError) {
            reader = try Self.reader(place, name, options, interruption)
        } catch {
            options.tap?.end()
            throw error
        }
        if reader is ImageSequenceReader { options.tap?.refuse("\(name) is no video: there are pictures only.") }
    }

    private static func reader(
        _ place: SourceLocation, _ name: String, _ options: Options, _ interruption: Interruption
    ) throws(VideoError) -> any FrameReader {
        switch place {
        case .folder(let path):
            return try ImageSequenceReader(folder: path, rate: options.rate ?? usualRate, interruption: interruption)
        case .image(let path) where !ImageSequenceReader.isAnimated(path):
            return try ImageSequenceReader(image: path, rate: options.rate ?? usualRate, interruption: interruption)
        case .network(let url, let protocols) where url.hasPrefix("http"):
            let web = try WebInput(url, protocols: protocols, name: name, interruption: interruption)
            if web.givesPictures {
                return try WebPictureReader(
                    web, url: url, protocols: protocols, name: name, options: options, interruption: interruption)
            }
            if web.isPage {
                throw VideoError(
                    "\(name) answers with a page, not with a video.",
                    remedy: "Is the path in its address right, and does it want a password?")
            }
            return try MediaReader(
                place, name: name, options: options, interruption: interruption, web: web.isPlaylist ? nil : web)
        default:
            return try MediaReader(place, name: name, options: options, interruption: interruption)
        }
    }

    public var info: VideoInfo { reader.info }

    /// Frames lost or damaged so far.
    public var damaged: Int { reader.damaged }

    /// Those among them that a recording promises in its header and does not hold, and pictures that cannot be read; known at its end.
    public var missing: Int { reader.missing }

    /// Pictures of a folder that gave no frame, each with the reason; of many the first. They are among the notices too.
    public var lost: [String] { reader.lost }

    /// What is worth saying once of this source, in the order in which it was found: what was assumed, left out or broken.
    public var notices: [String] { reader.notices }

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
