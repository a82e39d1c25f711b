import CFFmpeg

/// What of a recording tells where its camera was: streams, and boxes of its own.
public enum TelemetryStreams {
    /// A packet of such a stream, or a part of such a box.
    public struct Packet {
        public enum Kind: Sendable {
            /// A subtitle, or sentences that a camera keeps by themselves.
            case text
            /// A payload of GoPro's format, GPMF.
            case gpmf
            /// A block of dash cameras with chips by Novatek, such as Viofo's.
            case freeGPS
            /// An entry of 70mai's table.
            case seventyMai
        }

        public let kind: Kind
        /// Units: seconds of the file.
        public let time: Double
        /// Units: seconds; 0 where the file does not say.
        public let duration: Double
        public let bytes: UnsafeBufferPointer<UInt8>
    }

    private static let textCodecs = [AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_SUBRIP, AV_CODEC_ID_TEXT, AV_CODEC_ID_WEBVTT]
    /// Of one recording; a day has 86,400 seconds.
    private static let mostPackets = 1_000_000

    /// Reads a regular file; where it has no such stream, nothing but its headers.
    ///
    /// - Parameter visit: gets the packets in the order in which they stand there.
    /// - Throws: where it cannot be opened.
    public static func read(
        _ path: String, cancellation: Cancellation = Cancellation(), _ visit: (Packet) -> Void
    ) throws(VideoError) {
        _ = FFmpeg.settings
        let log = DamageLog()
        let input = try FileInput(path: path, interruption: cancellation.interruption)
        guard input.isSeekable else { return }
        let opening = Demuxer.Opening(name: path, options: .init(), interruption: cancellation.interruption, log: log)
        let context = try opening.open(input)
        // The container reads from the one and tells the other, until it is closed.
        withExtendedLifetime((log, input)) {
            read(context, cancellation, visit)
            if String(cString: context.pointee.iformat.pointee.name).hasPrefix("mov,") {
                let duration = Double(max(0, context.pointee.duration)) / Double(AV_TIME_BASE)
                DashCameraBoxes(input: input, duration: duration, interruption: cancellation.interruption).read(visit)
            }
            Demuxer.close(context)
        }
    }

    private static func read(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ cancellation: Cancellation, _ visit: (Packet) -> Void
    ) {
        let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
        let kinds = streams.map { kind(of: $0.pointee.codecpar.pointee) }
        guard kinds.contains(where: { $0 != nil }) else { return }
        for (stream, kind) in zip(streams, kinds) where kind == nil { stream.pointee.discard = AVDISCARD_ALL }
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        var count = 0
        while let packet, count < mostPackets, !cancellation.interruption.mustStop, av_read_frame(context, packet) >= 0 {
            defer { av_packet_unref(packet) }
            let place = Int(packet.pointee.stream_index)
            guard kinds.indices.contains(place), let kind = kinds[place], packet.pointee.pts != FFmpeg.noTimestamp,
                let data = packet.pointee.data, (1...longest(kind)).contains(Int(packet.pointee.size))
            else { continue }
            count += 1
            var bytes = UnsafeBufferPointer(start: data, count: Int(packet.pointee.size))
            // MP4's begin with their length, and may end with styles.
            if streams[place].pointee.codecpar.pointee.codec_id == AV_CODEC_ID_MOV_TEXT, bytes.count >= 2 {
                let length = Int(bytes[0]) << 8 | Int(bytes[1])
                bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst(2).prefix(length))
            }
            let base = Rational(streams[place].pointee.time_base)
            visit(
                Packet(
                    kind: kind, time: Timestamp(packet.pointee.pts, base).seconds,
                    duration: Timestamp(max(0, packet.pointee.duration), base).seconds, bytes: bytes))
        }
    }

    private static func kind(of parameters: AVCodecParameters) -> Packet.Kind? {
        if textCodecs.contains(parameters.codec_id) { return .text }
        // The first letter stands in the lowest byte.
        let gopro = "gpmd".utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return parameters.codec_type == AVMEDIA_TYPE_DATA && parameters.codec_tag == gopro ? .gpmf : nil
    }

    /// Units: bytes of a packet; what is longer is something else.
    private static func longest(_ kind: Packet.Kind) -> Int {
        switch kind {
        case .gpmf: 4 << 20
        default: 16 << 10
        }
    }
}
