import CFFmpeg

extension MediaReader {
    static func info(
        _ demuxer: Demuxer, _ orientation: Orientation, kind: VideoInfo.Kind, _ options: VideoSource.Options
    ) -> VideoInfo {
        let (context, stream) = (demuxer.context, demuxer.stream)
        let parameters = stream.pointee.codecpar!.pointee
        var rate = Rational(av_guess_frame_rate(context, stream, nil))
        if demuxer.hasNoTimes, kind != .device, let wanted = options.rate { rate = wanted }
        if !rate.isPositive || rate.value > 1000 || rate == Demuxer.unlikelyRate { rate = Rational(25, 1) }
        let duration = context.pointee.duration > 0 ? Double(context.pointee.duration) / Double(AV_TIME_BASE) : nil
        var shape = Rational(av_guess_sample_aspect_ratio(context, stream, nil))
        if !shape.isPositive { shape = Rational(1, 1) }
        let count = demuxer.shownPackets ?? duration.map { Int(nearest: min($0 * rate.value, 1e12)) }
        let (width, height) = (Int(parameters.width), Int(parameters.height))
        return VideoInfo(
            kind: kind,
            width: orientation.swapsAxes ? height : width, height: orientation.swapsAxes ? width : height,
            sampleAspectRatio: orientation.swapsAxes ? shape.inverse : shape,
            frameRate: rate, timeBase: Rational(stream.pointee.time_base), duration: duration, frameCount: count,
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            format: String(cString: context.pointee.iformat.pointee.name),
            created: created(context, stream), start: start(context), result: ResultMark.kind(context, stream),
            isLive: options.isLive ?? (kind == .device || kind == .network && duration == nil))
    }

    /// Cameras whose clock was never set say 1904 or 1970.
    private static func created(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>
    ) -> Double? {
        let entry =
            av_dict_get(context.pointee.metadata, "creation_time", nil, 0)
            ?? av_dict_get(stream.pointee.metadata, "creation_time", nil, 0)
        var microseconds: Int64 = 0
        guard let text = entry?.pointee.value, av_parse_time(&microseconds, text, 0) >= 0 else { return nil }
        let seconds = Double(microseconds) / 1e6
        return (oldestRecording...4e9).contains(seconds) ? seconds : nil
    }

    private static func start(_ context: UnsafeMutablePointer<AVFormatContext>) -> Double {
        let start = context.pointee.start_time
        return start == FFmpeg.noTimestamp ? 0 : Double(start) / Double(AV_TIME_BASE)
    }

    /// Units: seconds since 1970, of 2000.
    private static let oldestRecording = 946_684_800.0

    /// That its colours are seen as others than they are; nil where they are not.
    static func colourNotice(_ name: String, _ parameters: AVCodecParameters) -> String? {
        let space = parameters.color_space
        guard !FrameScaler.reads(space) else { return nil }
        let text = av_color_space_name(space).map { String(cString: $0) } ?? "\(space.rawValue)"
        return "\(name) has its colours as '\(text)', which is not read here: they are seen as others. "
            + "'ffmpeg -i IN -vf zscale=matrix=709 OUT' mends that."
    }

    /// What was assumed of a stream without times; nil where it has them, or says its rate.
    static func rateNotice(_ name: String, _ demuxer: Demuxer, _ info: VideoInfo, _ options: VideoSource.Options) -> String? {
        guard info.kind != .device else { return nil }
        if options.rate != nil {
            return demuxer.hasNoTimes ? nil : "\(name) has times of its own; the rate that was given is not used."
        }
        guard demuxer.saysNoRate else { return nil }
        return info.isLive
            ? "\(name) has neither times nor a rate: the times at which its pictures come are used."
            : "\(name) has neither times nor a rate: 25 frames/s are assumed; '--rate' or 'source: rate:' says another."
    }
}
