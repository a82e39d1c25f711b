import CFFmpeg

/// Frames of a video file, stream, device or pipe, in the order and with the times that FFmpeg's own tools show.
final class MediaReader: FrameReader {
    let info: VideoInfo
    private(set) var damaged = 0

    private let demuxer: Demuxer
    private let decoder: Decoder
    private let name: String
    private let interruption: Interruption
    private let orientation: Orientation
    private var frameCount = 0
    private var nextTime: Int64 = 0
    private var isDraining = false
    private var hasEnded = false

    init(
        _ location: SourceLocation, name: String, options: VideoSource.Options, interruption: Interruption
    ) throws(VideoError) {
        self.name = name
        self.interruption = interruption
        demuxer = try Demuxer(location, name: name, options: options, interruption: interruption)
        let stream = demuxer.stream
        let parameters = stream.pointee.codecpar!
        let (width, height) = (Int(parameters.pointee.width), Int(parameters.pointee.height))
        guard width > 0, height > 0 else {
            throw VideoError(
                "\(name) does not say how large its pictures are, and none could be decoded.", remedy: "Is it complete?")
        }
        guard width <= 1 << 16, height <= 1 << 16, width * height <= FFmpeg.maximumPixels else {
            throw VideoError("\(name) says its pictures have \(width)×\(height) pixels; up to 8192×8192 are read.")
        }
        orientation = camber_stream_display_matrix(stream).map(Orientation.init(matrix:)) ?? .upright
        info = Self.info(demuxer, orientation, kind: location.kind, isLive: options.isLive)
        decoder = try Decoder(
            codec: parameters.pointee.codec_id, parameters: parameters, timeBase: stream.pointee.time_base,
            threads: options.decoderThreads, lowDelay: info.isLive, name: name)
    }

    func read(into frame: VideoFrame) throws(VideoError) -> Bool {
        while true {
            let received = avcodec_receive_frame(decoder.context, frame.avFrame)
            if received >= 0 {
                describe(frame)
                return true
            }
            if received == FFmpeg.endOfFile { return try end() }
            if received != FFmpeg.tryAgain { damaged += 1 }
            // A drained decoder that keeps failing has nothing more to give.
            if isDraining && received != FFmpeg.tryAgain { return try end() }
            if try !feed() { return false }
        }
    }

    /// Gives the decoder the next packet, or the end.
    private func feed() throws(VideoError) -> Bool {
        let result = demuxer.read()
        if result == FFmpeg.exitRequested {
            if interruption.isCancelled { return false }
            throw VideoError("\(name) stalled: no picture came in time.", remedy: "Is the camera still connected?")
        }
        if result < 0 {
            if result != FFmpeg.endOfFile {
                if info.isLive { throw VideoError("Lost \(name): \(FFmpeg.text(result)).") }
                damaged += max(1, demuxer.missingPackets)
            } else {
                damaged += demuxer.missingPackets
            }
            isDraining = true
            avcodec_send_packet(decoder.context, nil)
            return true
        }
        let isCorrupt = demuxer.packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
        let sent = avcodec_send_packet(decoder.context, demuxer.packet)
        if sent < 0 && sent != FFmpeg.tryAgain || isCorrupt { damaged += 1 }
        return true
    }

    private func end() throws(VideoError) -> Bool {
        if !hasEnded, let declared = demuxer.declaredEnd {
            let missing = (declared - Timestamp(nextTime, info.timeBase).seconds) * info.frameRate.value
            // One frame more or less is rounding.
            if missing >= 1.5 { damaged += Int(min(missing.rounded(), 1e9)) }
        }
        hasEnded = true
        guard frameCount > 0 else {
            throw VideoError(
                "No picture of \(name) could be decoded" + (damaged > 0 ? "; \(damaged) damaged ones were met." : "."),
                remedy: "Is it complete?")
        }
        return false
    }

    private func describe(_ frame: VideoFrame) {
        let picture = frame.avFrame.pointee
        if picture.decode_error_flags != 0 || picture.flags & AV_FRAME_FLAG_CORRUPT != 0 { damaged += 1 }
        var duration = camber_frame_duration(frame.avFrame)
        if duration <= 0 { duration = max(1, av_rescale_q(1, info.frameRate.inverse.av, info.timeBase.av)) }
        let best = picture.best_effort_timestamp
        let time = best == FFmpeg.noTimestamp ? nextTime : best
        nextTime = time.addingReportingOverflow(duration).partialValue
        frame.didDecode(index: frameCount, at: Timestamp(time, info.timeBase), duration: duration, streamOrientation: orientation)
        frameCount += 1
    }

    private static func info(
        _ demuxer: Demuxer, _ orientation: Orientation, kind: VideoInfo.Kind, isLive: Bool?
    ) -> VideoInfo {
        let (context, stream) = (demuxer.context, demuxer.stream)
        let parameters = stream.pointee.codecpar!.pointee
        var rate = Rational(av_guess_frame_rate(context, stream, nil))
        if !rate.isPositive || rate.value > 1000 { rate = Rational(25, 1) }
        let duration = context.pointee.duration > 0 ? Double(context.pointee.duration) / Double(AV_TIME_BASE) : nil
        var shape = Rational(av_guess_sample_aspect_ratio(context, stream, nil))
        if !shape.isPositive { shape = Rational(1, 1) }
        let count = demuxer.shownPackets ?? duration.map { Int(min($0 * rate.value, 1e12).rounded()) }
        let (width, height) = (Int(parameters.width), Int(parameters.height))
        return VideoInfo(
            kind: kind,
            width: orientation.swapsAxes ? height : width, height: orientation.swapsAxes ? width : height,
            sampleAspectRatio: orientation.swapsAxes ? shape.inverse : shape,
            frameRate: rate, timeBase: Rational(stream.pointee.time_base), duration: duration, frameCount: count,
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            format: String(cString: context.pointee.iformat.pointee.name),
            isLive: isLive ?? (kind == .device || kind == .network && duration == nil))
    }
}
