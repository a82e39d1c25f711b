import CFFmpeg

/// Frames of a video file, stream, device or pipe, in the order and with the times that FFmpeg's own tools show.
final class MediaReader: FrameReader {
    private(set) var info: VideoInfo
    private(set) var damaged = 0
    private(set) var missing = 0
    var notices: [String] = []

    /// From which size on a decoder gets several threads. Measured: see docs/sizing.md.
    private static let threadedPixels = 1280 * 720

    /// Units: seconds; a gap that is longer is another clock.
    private static let longestLoss = 60.0

    private let demuxer: Demuxer
    private let decoder: Decoder
    let name: String
    private let interruption: Interruption
    private let orientation: Orientation
    /// The rate of what has no times of its own; nil where it has, or where the time of arrival counts.
    private let constantRate: Rational?
    private let usesArrival: Bool
    private var tracker: DamageTracker
    private var tail = UndecodedTail()
    private var sizes = SizeChange()
    private var keyFrameWait: KeyFrameWait
    /// Frames that had to be decoded before their turn: to know how large they are, or whether those before were stamped wrongly.
    var held: [VideoFrame] = []
    /// Of the frame that was given last.
    var lastTime: Timestamp?
    /// From the frame before to that one. Units: seconds.
    var lastInterval = 0.0
    var hasSaidThatTimesAreOdd = false
    private var complaints = 0
    private var frameCount = 0
    /// Frames of a recording that got lost between two others: those after them keep their places.
    private var lostBetween = 0
    private var damagedBefore = 0
    /// The holes that the container has left, and whether the gap of the last one is still to come: some are heard of long before.
    private var (holes, isGapAhead) = (0, false)
    private var nextTime: Int64 = 0
    private var arrival = ArrivalClock()
    private var isDraining = false
    private var hasEnded = false
    /// Why a network's recording, one that is encrypted, or one on a failing disk has ended before its time.
    private var cut: VideoError?
    private let tap: PacketTap?

    /// - Parameter web: of an http address, which has been asked already; nil of a playlist and of everything else.
    init(
        _ location: SourceLocation, name: String, options: VideoSource.Options, interruption: Interruption, web: WebInput? = nil
    ) throws(VideoError) {
        self.name = name
        self.interruption = interruption
        demuxer = try Demuxer(location, name: name, options: options, interruption: interruption, web: web)
        let stream = demuxer.stream
        let parameters = stream.pointee.codecpar!
        orientation = camber_stream_display_matrix(stream).map(Orientation.init(matrix:)) ?? .upright
        var info = Self.info(demuxer, orientation, kind: location.kind, options)
        usesArrival = info.isLive && demuxer.hasNoTimes && options.rate == nil && location.kind != .device
        constantRate = demuxer.hasNoTimes && !usesArrival && location.kind != .device ? info.frameRate : nil
        // Streams of pictures count in frames of a rate that nobody has.
        if usesArrival { info.timeBase = Rational(1, 90_000) }
        if constantRate != nil, info.timeBase == Demuxer.unlikelyRate.inverse { info.timeBase = info.frameRate.inverse }
        try Self.checkSize(info, name)
        self.info = info
        let threads = info.width * info.height >= Self.threadedPixels ? max(1, options.mostDecoderThreads) : 1
        decoder = try Decoder(
            codec: parameters.pointee.codec_id, parameters: parameters, timeBase: stream.pointee.time_base,
            threads: threads, lowDelay: info.isLive, name: name)
        tracker = DamageTracker(isIntraOnly: Self.isIntraOnly(parameters.pointee.codec_id), threads: threads)
        tap = options.tap
        tap?.begin(
            PacketStream(
                parameters, timeBase: Rational(stream.pointee.time_base), frameRate: info.frameRate,
                displayMatrix: camber_stream_display_matrix(stream), hasNoTimes: usesArrival), name: name)
        keyFrameWait = KeyFrameWait(stallTimeout: info.isLive ? options.stallTimeout : nil, interruption)
        notices = [demuxer.notice, Self.rateNotice(name, demuxer, info, options), Self.colourNotice(name, parameters.pointee)]
            .compactMap { $0 }
        if info.width == 0 || info.height == 0 { try decodeFirst() }
    }

    private static func checkSize(_ info: VideoInfo, _ name: String) throws(VideoError) {
        guard info.width <= 1 << 16, info.height <= 1 << 16, info.width * info.height <= FFmpeg.maximumPixels else {
            throw VideoError("\(name) says its pictures have \(info.width)×\(info.height) pixels; up to 8192×8192 are read.")
        }
    }

    func read(into frame: VideoFrame) throws(VideoError) -> Bool {
        if !held.isEmpty {
            frame.take(held.removeFirst())
        } else {
            guard try decode(into: frame) else { return false }
        }
        try mendOddTime(of: frame)
        return true
    }

    func decode(into frame: VideoFrame) throws(VideoError) -> Bool {
        while true {
            let received = avcodec_receive_frame(decoder.context, frame.avFrame)
            hearDecoder()
            if received >= 0 {
                describe(frame)
                return true
            }
            if received == FFmpeg.endOfFile { return try end() }
            if received != FFmpeg.tryAgain {
                damaged += 1
                tail.failed()
            }
            // A drained decoder that keeps failing has nothing more to give.
            if isDraining && received != FFmpeg.tryAgain { return try end() }
            if try !feed() { return false }
        }
    }

    /// Only a key frame says how large the pictures of some streams are.
    private func decodeFirst() throws(VideoError) {
        guard info.isLive else {
            throw VideoError(
                "\(name) does not say how large its pictures are, and none could be decoded.", remedy: "Is it complete?")
        }
        let frame = VideoFrame()
        keyFrameWait.begin()
        guard try decode(into: frame) else { throw OpenFailure.cancelled(name) }
        (info.width, info.height, info.sampleAspectRatio) = (frame.width, frame.height, frame.sampleAspectRatio)
        held = [frame]
    }

    /// Gives the decoder the next packet, or the end.
    private func feed() throws(VideoError) -> Bool {
        let lost = demuxer.log.count
        let result = demuxer.read()
        if result == FFmpeg.exitRequested {
            if interruption.isCancelled { return false }
            throw keyFrameWait.error(name)
                ?? VideoError("\(name) stalled: no picture came in time.", remedy: "Is the camera still connected?")
        }
        if result < 0 {
            if result != FFmpeg.endOfFile {
                if info.isLive { throw VideoError("Lost \(name): \(FFmpeg.text(result)).") }
                damaged += demuxer.missingPackets == 0 ? 1 : 0
                // A file gives what is left of it; a connection that broke may give the rest another time.
                if info.kind == .network { cut = VideoError("Lost \(name) before its end: \(FFmpeg.text(result)).") }
            }
            missing += demuxer.missingPackets
            damaged += demuxer.missingPackets
            drain()
            return true
        }
        if demuxer.isEncrypted {
            cut = VideoError("\(name) is encrypted, and cannot be read without its key.", remedy: "Decrypt it first.")
            drain()
            return true
        }
        if frameCount == 0 { keyFrameWait.packetCame() }
        let packet = demuxer.packet.pointee
        tap?.add(demuxer.packet)
        let isBehindHole = demuxer.holes != holes
        if isBehindHole { (holes, isGapAhead) = (demuxer.holes, true) }
        let isKey = packet.flags & AV_PKT_FLAG_KEY != 0
        tracker.sending(
            packet.pts, isKey: isKey,
            isCorrupt: packet.flags & AV_PKT_FLAG_CORRUPT != 0 || demuxer.log.count != lost || isBehindHole && !isKey)
        tail.sent()
        let sent = avcodec_send_packet(decoder.context, demuxer.packet)
        if sent < 0 && sent != FFmpeg.tryAgain {
            damaged += 1
            tail.failed()
            tracker.lastWasDamaged()
        }
        hearDecoder()
        return true
    }

    private func drain() {
        isDraining = true
        avcodec_send_packet(decoder.context, nil)
    }

    /// What the decoder complained about since the last time belongs to the last packet.
    private func hearDecoder() {
        let count = decoder.log.count
        if count != complaints {
            tracker.lastWasDamaged()
            tail.failed()
        }
        complaints = count
    }

    private func end() throws(VideoError) -> Bool {
        if !hasEnded { countLosses() }
        hasEnded = true
        guard frameCount > 0 else {
            throw (demuxer.isEncrypted ? cut : nil) ?? demuxer.explanation
                ?? VideoError(
                    "No picture of \(name) could be decoded" + (damaged > 0 ? "; \(damaged) damaged ones were met." : "."),
                    remedy: "Is it complete?")
        }
        if let cut { throw cut }
        return false
    }

    private func countLosses() {
        let loss = EndLoss(demuxer, tail, decodedEnd: Timestamp(nextTime, info.timeBase).seconds, info)
        damaged += loss.damaged
        missing += loss.missing
        if info.kind == .network, !info.isLive, missing > 0, cut == nil {
            cut = VideoError("Lost \(name) before its end: \(missing) of its frames never came.")
        }
        if cut == nil, let input = demuxer.input { cut = UnreadableFile.lost(name, input) }
        missing += loss.unread
        // Fragments may say no times by which those between would be counted.
        if missing == 0, demuxer.input?.skipped.isEmpty == false { missing = 1 }
        damaged = max(damaged, missing)
        notices += loss.notices(name)
    }

    private func describe(_ frame: VideoFrame) {
        let picture = frame.avFrame.pointee
        let isFlagged = picture.decode_error_flags != 0 || picture.flags & AV_FRAME_FLAG_CORRUPT != 0
        let isDamaged = tracker.received(picture.pts, isKey: camber_frame_is_key(frame.avFrame) != 0, isFlagged: isFlagged)
        if isDamaged { damaged += 1 }
        tail.received(isDraining: isDraining)
        if frameCount == 0 { keyFrameWait.end() }
        var duration = camber_frame_duration(frame.avFrame)
        if duration <= 0 || constantRate != nil {
            duration = max(1, av_rescale_q(1, info.frameRate.inverse.av, info.timeBase.av))
        }
        let time = time(of: picture)
        countLost(until: time)
        nextTime = time.addingReportingOverflow(duration).partialValue
        frame.didDecode(
            index: frameCount + lostBetween, at: Timestamp(time, info.timeBase), duration: duration,
            streamOrientation: orientation,
            isDamaged: isDamaged)
        frameCount += 1
        if !info.isLive, let notice = sizes.notice(of: frame, "frame \(frame.index) of \(name)") { notices.append(notice) }
    }

    /// A gap at a place where something was damaged is as many frames as the rate tells; gaps elsewhere are a variable rate.
    private func countLost(until time: Int64) {
        defer { damagedBefore = damaged }
        guard !info.isLive, constantRate == nil, frameCount > 0, damaged > damagedBefore || isGapAhead else { return }
        let gap = Timestamp(time.subtractingReportingOverflow(nextTime).partialValue, info.timeBase).seconds
        let frames = gap * info.frameRate.value
        guard frames >= 0.75, gap < Self.longestLoss else { return }
        isGapAhead = false
        let lost = Int(nearest: frames)
        lostBetween += lost
        missing += lost
        damaged += lost
    }

    private func time(of picture: AVFrame) -> Int64 {
        if usesArrival { return max(nextTime - (frameCount > 0 ? 1 : 0), arrival.now(in: info.timeBase)) }
        if let constantRate { return av_rescale_q(Int64(frameCount), constantRate.inverse.av, info.timeBase.av) }
        let best = picture.best_effort_timestamp
        return best == FFmpeg.noTimestamp ? nextTime : best
    }

    private static func isIntraOnly(_ codec: AVCodecID) -> Bool {
        avcodec_descriptor_get(codec).map { $0.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0 } ?? false
    }
}
