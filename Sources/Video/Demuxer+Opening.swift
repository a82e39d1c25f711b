import CFFmpeg
import Glibc

extension Demuxer {
    /// Opens containers of all kinds, and picks the stream.
    struct Opening {
        let name: String
        let options: VideoSource.Options
        let interruption: Interruption
        let log: DamageLog

        /// A file, a pipe: bytes that are handed to FFmpeg.
        func open(_ input: FileInput) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
            if input.isSeekable && input.size == 0 {
                throw VideoError(
                    "\(name) is empty: it has 0 bytes.", remedy: "Its recording never began, or never reached the disk.")
            }
            if let kind = PackedFile.kind(input) {
                throw VideoError("\(name) is \(kind), and no recording.", remedy: "Unpack it, and give what is in it.")
            }
            FragmentHoles.bridge(in: input)
            var format: UnsafePointer<AVInputFormat>?
            let probed = av_probe_input_buffer2(input.context, &format, name, nil, 0, 0)
            if interruption.isCancelled { throw OpenFailure.cancelled(name) }
            guard probed >= 0, let format else {
                throw UnreadableFile.error(name, input)
                    ?? VideoError(
                        "\(name) is no video that can be read here.", remedy: "Is it complete? 'ffprobe' may tell what it is.")
            }
            let formatName = String(cString: format.pointee.name)
            guard ContainerPolicy.allows(formatName) else {
                throw VideoError(
                    "\(name) is not read as '\(formatName)': it is no video, or one that refers to other files.",
                    remedy: "Give the video file itself; playlists are not followed.")
            }
            let context = try allocate()
            context.pointee.pb = input.context
            context.pointee.io_open = { _, _, _, _, _ in -EPERM }
            let settings = ["protocol_whitelist": "none", "scan_all_pmts": "1", "framerate": rate]
            do throws(VideoError) {
                let opened = try open(context, url: name, format: format, settings: settings)
                try analyze(opened)
                return opened
            } catch {
                throw UnreadableFile.error(name, input) ?? error
            }
        }

        func open(device path: String) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
            avdevice_register_all()
            guard let format = av_find_input_format("v4l2") else {
                throw VideoError("Cannot open \(path): this FFmpeg was built without Video4Linux.")
            }
            var settings: [String: String] = [:]
            settings["video_size"] = options.deviceSize.map { "\($0.width)x\($0.height)" }
            settings["framerate"] = options.deviceRate.map { "\($0)" }
            settings["input_format"] = options.deviceFormat
            let context = try allocate()
            // Blocking reads of a device cannot be interrupted.
            context.pointee.flags |= AVFMT_FLAG_NONBLOCK
            return try open(context, url: path, format: format, settings: settings)
        }

        /// - Parameter web: what the address answers, where it has been asked already.
        func open(
            url: String, _ location: SourceLocation, _ web: WebInput?
        ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
            avformat_network_init()
            guard case .network(_, let protocols) = location else { preconditionFailure("not a network source") }
            let settings = [
                "protocol_whitelist": protocols, "format_whitelist": ContainerPolicy.whitelist(for: location),
                "rtsp_flags": "prefer_tcp", "overrun_nonfatal": "1", "scan_all_pmts": "1", "framerate": rate,
            ]
            let context = try allocate()
            if let web { context.pointee.pb = web.context }
            let opened: UnsafeMutablePointer<AVFormatContext>
            do throws(VideoError) { opened = try open(context, url: url, format: nil, settings: settings) } catch {
                // FFmpeg does not say that a password has cut an address.
                if !interruption.mustStop { _ = try VideoSource.checkAddress(url) }
                throw web.flatMap { UnreadableFile.error(name, $0) } ?? error
            }
            // An endless stream is looked into before its first picture, which comes so much later and is so old. A second shows
            // the streams; how large pictures are, key frames say, which may come more seldom.
            if options.isLive != false && Demuxer.isEndless(opened) {
                opened.pointee.max_analyze_duration = Int64(AV_TIME_BASE)
            }
            try analyze(opened)
            return opened
        }

        private var rate: String { "\(options.rate ?? Demuxer.unlikelyRate)" }

        private func allocate() throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
            guard let context = avformat_alloc_context() else { throw VideoError("Out of memory while opening a video.") }
            context.pointee.interrupt_callback = interruption.callback
            // A camera's clock that starts anew is no clock that has run over: FFmpeg would add a day to all that follows. See
            // `StampWrap`.
            context.pointee.correct_ts_overflow = 0
            // Unretained: the demuxer holds the log for longer than the container lives.
            context.pointee.opaque = Unmanaged.passUnretained(log).toOpaque()
            return context
        }

        private func open(
            _ context: UnsafeMutablePointer<AVFormatContext>, url: String, format: UnsafePointer<AVInputFormat>?,
            settings: [String: String]
        ) throws(VideoError) -> UnsafeMutablePointer<AVFormatContext> {
            var dictionary: OpaquePointer?
            for (key, value) in settings { av_dict_set(&dictionary, key, value, 0) }
            defer { av_dict_free(&dictionary) }
            var context: UnsafeMutablePointer<AVFormatContext>? = context
            let result = avformat_open_input(&context, url, format, &dictionary)
            guard result >= 0, let context else {
                if result == -EINVAL && format == nil && !interruption.mustStop {
                    throw VideoError(
                        "Cannot open \(name): what came is no video that is read here.",
                        remedy: "Playlists that name files are not followed.")
                }
                throw OpenFailure.error(name, result, interruption)
            }
            return context
        }

        /// Closes the container where it cannot be read.
        private func analyze(_ context: UnsafeMutablePointer<AVFormatContext>) throws(VideoError) {
            let result = avformat_find_stream_info(context, nil)
            if !interruption.isCancelled && result >= 0 { return }
            Demuxer.close(context)
            if interruption.isCancelled { throw OpenFailure.cancelled(name) }
            throw VideoError("Cannot read \(name): \(FFmpeg.text(result)).", remedy: "Is it complete, or still being written?")
        }

        /// The stream that was asked for, or the best; all others are left out.
        ///
        /// - Returns: also what is worth saying where there were several.
        func findVideo(
            in context: UnsafeMutablePointer<AVFormatContext>
        ) throws(VideoError) -> (UnsafeMutablePointer<AVStream>, String?) {
            let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
            // Cover pictures and thumbnails are no videos.
            let pictures = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
            let videos = streams.filter {
                $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO && $0.pointee.disposition & pictures == 0
            }
            guard !videos.isEmpty else {
                throw VideoError("\(name) holds no video\(streams.isEmpty ? "" : ", only other streams").")
            }
            let list = videos.enumerated().map { "\($0 + 1) (\(Self.describe($1)))" }.joined(separator: ", ")
            let found = videos.count == 1 ? "1 video stream" : "\(videos.count) video streams: \(list)"
            if let wanted = options.stream, !videos.indices.contains(wanted - 1) {
                throw VideoError("\(name) has no video stream \(wanted): there \(videos.count == 1 ? "is" : "are") \(found).")
            }
            let best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
            let position = options.stream.map { $0 - 1 } ?? videos.firstIndex { $0.pointee.index == best } ?? 0
            let format = String(cString: context.pointee.iformat.pointee.name)
            for stream in streams where stream != videos[position] && !isWatched(stream, format) {
                stream.pointee.discard = AVDISCARD_ALL
            }
            guard videos.count > 1, options.stream == nil else { return (videos[position], nil) }
            return (
                videos[position],
                "\(name) has \(found). Stream \(position + 1) is taken; '--stream' or 'source: stream:' names another."
            )
        }

        /// Whether its packets tell something of the stream that is taken: when an FLV ends, or where an MPEG-TS goes on.
        private func isWatched(_ stream: UnsafeMutablePointer<AVStream>, _ format: String) -> Bool {
            guard options.isLive != true else { return false }
            let isVideo = stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            return format == "flv" || format == "mpegts" && isVideo && options.stream == nil
        }

        private static func describe(_ stream: UnsafeMutablePointer<AVStream>) -> String {
            let parameters = stream.pointee.codecpar.pointee
            let size = parameters.width > 0 ? "\(parameters.width)×\(parameters.height) " : ""
            return size + String(cString: avcodec_get_name(parameters.codec_id))
        }
    }

    /// Playlists are of known length and lead to parts that come when they do; they are left alone.
    static func isEndless(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        guard context.pointee.duration <= 0 else { return false }
        return context.pointee.pb.map { avio_size($0) <= 0 } ?? true
    }
}
