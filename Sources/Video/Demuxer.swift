import CFFmpeg
import Glibc

/// A container, opened: gives the packets of its video stream.
///
/// Threading: the reading thread's.
final class Demuxer {
    let context: UnsafeMutablePointer<AVFormatContext>
    let stream: UnsafeMutablePointer<AVStream>
    /// The last packet that `read` gave.
    let packet: UnsafeMutablePointer<AVPacket>
    /// Packets of the video stream so far.
    private(set) var packetCount = 0

    private let name: String
    private let interruption: Interruption
    // The container reads from it until it is closed.
    private let input: FileInput?

    init(_ location: SourceLocation, name: String, options: VideoSource.Options, interruption: Interruption) throws(VideoError) {
        self.name = name
        self.interruption = interruption
        let opened: UnsafeMutablePointer<AVFormatContext>
        switch location {
        case .file(let path), .image(let path), .folder(let path):
            let input = try FileInput(path: path, interruption: interruption)
            opened = try Self.open(input, name: name, interruption: interruption)
            self.input = input
        case .pipe(let path):
            let input = try FileInput(path: path, interruption: interruption)
            opened = try Self.open(input, name: name, interruption: interruption)
            self.input = input
        case .device(let path):
            opened = try Self.open(device: path, options: options, interruption: interruption)
            input = nil
        case .network(let url, _):
            opened = try Self.open(url: url, location, name: name, isLive: options.isLive, interruption: interruption)
            input = nil
        }
        do throws(VideoError) {
            if input != nil { try Self.analyze(opened, name: name, interruption: interruption) }
            stream = try Self.findVideo(in: opened, name: name)
        } catch {
            Self.close(opened)
            throw error
        }
        context = opened
        packet = av_packet_alloc()
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        Self.close(context)
    }

    /// The next packet of the video stream, in `packet`.
    ///
    /// - Returns: 0, or FFmpeg's error: the end of the file among them.
    func read() -> Int32 {
        while true {
            av_packet_unref(packet)
            let result = av_read_frame(context, packet)
            if result == FFmpeg.tryAgain {
                // A device without a picture yet.
                if interruption.mustStop { return FFmpeg.exitRequested }
                usleep(2000)
            } else if result < 0 {
                return interruption.mustStop ? FFmpeg.exitRequested : result
            } else if packet.pointee.stream_index == stream.pointee.index {
                // At a deadline FFmpeg gives out what it has held back of the last picture, as if it had just come.
                if interruption.mustStop { return FFmpeg.exitRequested }
                packetCount += 1
                return 0
            }
        }
    }

    /// How many packets of the container's own table were never read; 0 where it has none.
    var missingPackets: Int { hasTable ? max(0, Int(avformat_index_get_entries_count(stream)) - packetCount) : 0 }

    /// How many packets are there to be shown, without those that an edit list leaves out; nil where no table tells.
    var shownPackets: Int? {
        let count = avformat_index_get_entries_count(stream)
        // Fragments bring theirs along the way, and say zero frames at first.
        guard hasTable, count > 0, stream.pointee.nb_frames > 0 else { return nil }
        return (0..<count).count { (avformat_index_get_entry(stream, $0)?.pointee.flags ?? 0) & AVINDEX_DISCARD_FRAME == 0 }
    }

    /// Only in MP4 the table of packets stands apart from them, and is whole from the start.
    private var hasTable: Bool { String(cString: context.pointee.iformat.pointee.name).hasPrefix("mov") }

    /// When the video ends by what a Matroska file says of this stream; nil where nothing does.
    ///
    /// Units: seconds. Matroska has no table of packets, so this alone shows that a file was cut short.
    var declaredEnd: Double? {
        guard let entry = av_dict_get(stream.pointee.metadata, "DURATION", nil, 0), let text = entry.pointee.value else {
            return nil
        }
        // Hours, minutes and seconds: 00:01:02.500000000
        let parts = String(cString: text).split(separator: ":").map { Double($0) ?? .nan }
        let seconds = parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : .nan
        return seconds.isFinite ? seconds : nil
    }

    // MARK: - Opening

    private static func open(
        _ input: FileInput, name: String, interruption: Interruption
    ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
        var format: UnsafePointer<AVInputFormat>?
        let probed = av_probe_input_buffer2(input.context, &format, name, nil, 0, 0)
        if interruption.isCancelled { throw cancelled(name) }
        guard probed >= 0, let format else {
            throw VideoError(
                "\(name) is no video that can be read here.", remedy: "Is it complete? 'ffprobe' may tell what it is.")
        }
        let formatName = String(cString: format.pointee.name)
        guard ContainerPolicy.allows(formatName) else {
            throw VideoError(
                "\(name) is not read as '\(formatName)': it is no video, or one that refers to other files.",
                remedy: "Give the video file itself; playlists are not followed.")
        }
        let context = try allocate(interruption)
        context.pointee.pb = input.context
        context.pointee.io_open = { _, _, _, _, _ in -EPERM }
        return try open(
            context, url: name, format: format, options: ["protocol_whitelist": "none", "scan_all_pmts": "1"], name: name,
            interruption)
    }

    private static func open(
        device path: String, options: VideoSource.Options, interruption: Interruption
    ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
        avdevice_register_all()
        guard let format = av_find_input_format("v4l2") else {
            throw VideoError("Cannot open \(path): this FFmpeg was built without Video4Linux.")
        }
        var settings: [String: String] = [:]
        settings["video_size"] = options.deviceSize.map { "\($0.width)x\($0.height)" }
        settings["framerate"] = options.deviceRate.map { "\($0)" }
        settings["input_format"] = options.deviceFormat
        let context = try allocate(interruption)
        // Blocking reads of a device cannot be interrupted.
        context.pointee.flags |= AVFMT_FLAG_NONBLOCK
        return try open(context, url: path, format: format, options: settings, name: path, interruption)
    }

    /// Units: seconds that an endless stream is looked into before its first picture, which comes so much later and is so old.
    /// One shows most; where the key frames, which alone say how large pictures are, come more seldom, it is opened again.
    private static let waits = [1.0, 3, 10]

    private static func open(
        url: String, _ location: SourceLocation, name: String, isLive: Bool?, interruption: Interruption
    ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
        avformat_network_init()
        guard case .network(_, let protocols) = location else { preconditionFailure("not a network source") }
        let settings = [
            "protocol_whitelist": protocols, "format_whitelist": ContainerPolicy.whitelist(for: location),
            "rtsp_flags": "prefer_tcp", "overrun_nonfatal": "1", "scan_all_pmts": "1",
        ]
        for wait in waits {
            let context = try open(try allocate(interruption), url: url, format: nil, options: settings, name: name, interruption)
            let isEndless = isLive != false && isEndless(context)
            if isEndless { context.pointee.max_analyze_duration = Int64(wait * Double(AV_TIME_BASE)) }
            do throws(VideoError) {
                try analyze(context, name: name, interruption: interruption)
            } catch {
                close(context)
                throw error
            }
            if !isEndless || showsVideo(context) || interruption.isOverdue || wait == waits.last { return context }
            close(context)
        }
        preconditionFailure("no wait")
    }

    /// Playlists are of known length and lead to parts that come when they do; they are left alone.
    private static func isEndless(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        guard context.pointee.duration <= 0 else { return false }
        return context.pointee.pb.map { avio_size($0) <= 0 } ?? true
    }

    private static func showsVideo(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        let index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        return index >= 0 && context.pointee.streams[Int(index)]!.pointee.codecpar.pointee.width > 0
    }

    private static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    private static func allocate(_ interruption: Interruption) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
        guard let context = avformat_alloc_context() else { throw VideoError("Out of memory while opening a video.") }
        // Unretained: the source holds the interruption for longer than the container lives.
        context.pointee.interrupt_callback = AVIOInterruptCB(
            callback: { Unmanaged<Interruption>.fromOpaque($0!).takeUnretainedValue().mustStop ? 1 : 0 },
            opaque: Unmanaged.passUnretained(interruption).toOpaque())
        return context
    }

    private static func open(
        _ context: UnsafeMutablePointer<AVFormatContext>, url: String, format: UnsafePointer<AVInputFormat>?,
        options: [String: String], name: String, _ interruption: Interruption
    ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        let result = avformat_open_input(&context, url, format, &dictionary)
        guard result >= 0, let context else {
            if interruption.isCancelled { throw cancelled(name) }
            if interruption.isOverdue {
                throw VideoError("Cannot open \(name): nothing came in time.", remedy: "Is the camera on, and its address right?")
            }
            if result == -EINVAL && format == nil {
                throw VideoError(
                    "Cannot open \(name): what came is no video that is read here.",
                    remedy: "Playlists that name files are not followed.")
            }
            throw VideoError("Cannot open \(name): \(FFmpeg.text(result)).", remedy: remedy(for: result))
        }
        return context
    }

    /// What to look at where a camera or a stream cannot be opened.
    private static func remedy(for result: Int32) -> String {
        switch result {
        case FFmpeg.unauthorized, FFmpeg.forbidden: "Are the user and the password in its address right?"
        case FFmpeg.notFound: "Is the path in its address right?"
        // FFmpeg's word for a name that cannot be resolved is an input or output error.
        case -ECONNREFUSED, -EHOSTUNREACH, -ENETUNREACH, -ETIMEDOUT, -EIO: "Is the camera on, and its address right?"
        case -EACCES: "May this user read it? Members of the group 'video' may, on most systems."
        case -EBUSY: "Does another program use it?"
        case -EINVAL: "Does the camera offer that size, rate and format?"
        default: ""
        }
    }

    private static func analyze(
        _ context: UnsafeMutablePointer<AVFormatContext>, name: String, interruption: Interruption
    ) throws(VideoError) {
        let result = avformat_find_stream_info(context, nil)
        if interruption.isCancelled { throw cancelled(name) }
        if result < 0 {
            throw VideoError("Cannot read \(name): \(FFmpeg.text(result)).", remedy: "Is it complete, or still being written?")
        }
    }

    private static func findVideo(
        in context: UnsafeMutablePointer<AVFormatContext>, name: String
    ) throws(VideoError) -> UnsafeMutablePointer<AVStream> {
        let index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        guard index >= 0, let stream = context.pointee.streams[Int(index)],
            stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        else {
            throw VideoError("\(name) holds no video\(context.pointee.nb_streams > 0 ? ", only other streams" : "").")
        }
        for other in 0..<Int(context.pointee.nb_streams) where other != Int(index) {
            context.pointee.streams[other]!.pointee.discard = AVDISCARD_ALL
        }
        return stream
    }

    private static func cancelled(_ name: String) -> VideoError { VideoError("Opening \(name) was cancelled.") }
}
