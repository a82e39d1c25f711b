import CFFmpeg
import Glibc

/// The texts of a recording's subtitle streams, in which some cameras write where they are.
public enum SubtitleTexts {
    private static let codecs = [AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_SUBRIP, AV_CODEC_ID_TEXT, AV_CODEC_ID_WEBVTT]
    /// Of one recording; a day has 86,400 seconds.
    private static let mostTexts = 1_000_000
    /// Units: bytes; what is longer is no subtitle.
    private static let longestText = 16 << 10

    /// Reads a regular file; where it has no such stream, nothing but its header.
    ///
    /// - Parameter visit: gets the text, and when it is shown in seconds of the file, in the order in which they stand there.
    /// - Throws: where it cannot be opened.
    public static func read(
        _ path: String, cancellation: Cancellation = Cancellation(), _ visit: (Double, UnsafeBufferPointer<UInt8>) -> Void
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
            Demuxer.close(context)
        }
    }

    private static func read(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ cancellation: Cancellation,
        _ visit: (Double, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
        let isText = streams.map { codecs.contains($0.pointee.codecpar.pointee.codec_id) }
        guard isText.contains(true) else { return }
        for (stream, isText) in zip(streams, isText) where !isText { stream.pointee.discard = AVDISCARD_ALL }
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        var count = 0
        while let packet, count < mostTexts, !cancellation.interruption.mustStop, av_read_frame(context, packet) >= 0 {
            defer { av_packet_unref(packet) }
            let place = Int(packet.pointee.stream_index)
            guard isText.indices.contains(place), isText[place], packet.pointee.pts != FFmpeg.noTimestamp,
                let data = packet.pointee.data, (1...longestText).contains(Int(packet.pointee.size))
            else { continue }
            count += 1
            var text = UnsafeBufferPointer(start: data, count: Int(packet.pointee.size))
            // MP4's begin with their length, and may end with styles.
            if streams[place].pointee.codecpar.pointee.codec_id == AV_CODEC_ID_MOV_TEXT, text.count >= 2 {
                let length = Int(text[0]) << 8 | Int(text[1])
                text = UnsafeBufferPointer(rebasing: text.dropFirst(2).prefix(length))
            }
            visit(Timestamp(packet.pointee.pts, Rational(streams[place].pointee.time_base)).seconds, text)
        }
    }
}
