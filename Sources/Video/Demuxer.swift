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
    /// When the last picture of the video stream ends, and the last packet of all streams that are read. Units: seconds.
    private(set) var (packetEnd, latestEnd) = (0.0, 0.0)
    /// The file ended within the packet that came last.
    private(set) var isCutThrough = false
    /// The connection was closed, and nobody had said how much would come.
    private(set) var endIsPresumed = false
    /// How far the packets of the video stream have come. Units: bytes of the file.
    private(set) var packetEndPosition: Int64 = 0
    /// Where the packets of all video streams lie.
    private(set) var extents = StreamExtents()
    /// What the container complains about.
    let log: DamageLog
    /// What is worth saying of the choice of the stream.
    let notice: String?

    private let name: String
    private let isDevice: Bool
    private let interruption: Interruption
    private var wrap: StampWrap
    private var aviIndex: AVIIndex?
    /// Holes of a file behind which it was read on, and FFmpeg's error since the last packet; 0 for none.
    private var (stumbles, stumble): (Int, Int32) = (0, 0)
    /// How often since the last packet, and how far it has got. Units: bytes.
    private var (attempts, furthest): (Int, Int64) = (0, -1)
    /// Readers skip many bytes at once; one that does not would take for ever.
    private static let mostAttempts = 1000
    // The container reads from one of them until it is closed.
    let input: FileInput?
    let web: WebInput?

    /// - Parameter web: of an http address, which has been asked already; nil of a playlist and of everything else.
    init(
        _ location: SourceLocation, name: String, options: VideoSource.Options, interruption: Interruption, web: WebInput? = nil
    ) throws(VideoError) {
        self.name = name
        self.interruption = interruption
        self.web = web
        if case .device = location { isDevice = true } else { isDevice = false }
        log = DamageLog()
        let opening = Opening(name: name, options: options, interruption: interruption, log: log)
        let opened: UnsafeMutablePointer<AVFormatContext>
        switch location {
        case .file(let path), .image(let path), .folder(let path):
            let input = try FileInput(path: path, interruption: interruption)
            opened = try opening.open(input)
            self.input = input
        case .pipe(let path):
            let input = try FileInput(path: path, interruption: interruption)
            opened = try opening.open(input)
            self.input = input
        case .device(let path):
            opened = try opening.open(device: path)
            input = nil
        case .network(let url, _):
            opened = try opening.open(url: url, location, web)
            input = nil
        }
        do throws(VideoError) {
            (stream, notice) = try opening.findVideo(in: opened)
        } catch {
            Self.close(opened)
            throw error
        }
        Self.forgetUnwrittenLength(opened, stream)
        context = opened
        packet = av_packet_alloc()
        aviIndex = AVIIndex(opened, stream)
        wrap = StampWrap(bits: stream.pointee.pts_wrap_bits, timeBase: Rational(stream.pointee.time_base))
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
                if interruption.mustStop { return FFmpeg.exitRequested }
                if result == FFmpeg.invalidData, stumblesOn() {
                    stumble = result
                    continue
                }
                return stumble < 0 ? stumble : end(result)
            } else if packet.pointee.stream_index == stream.pointee.index {
                // At a deadline FFmpeg gives out what it has held back of the last picture, as if it had just come.
                if interruption.mustStop { return FFmpeg.exitRequested }
                packetCount += 1
                packetEndPosition = max(packetEndPosition, packet.pointee.pos &+ Int64(packet.pointee.size))
                if stumble < 0 { (stumbles, stumble, attempts) = (stumbles + 1, 0, 0) }
                aviIndex?.correct(&packet.pointee)
                wrap.unwrap(&packet.pointee.dts)
                wrap.unwrap(&packet.pointee.pts)
                packetEnd = max(packetEnd, note(packet.pointee, of: stream))
                // MP4 and MOV say so that the picture before stays; decoders call it a fault.
                if !isDevice, packet.pointee.size == 0, packet.pointee.side_data_elems == 0 { continue }
                return isDevice ? ownBytes() : 0
            } else if let other = context.pointee.streams[Int(packet.pointee.stream_index)] {
                _ = note(packet.pointee, of: other)
            }
        }
    }

    /// Grows where packets were left out before the one that came last.
    var holes: Int {
        log.holeCount + Int(aviIndex?.lost ?? 0) + stumbles + (input?.skipped.count { $0 < packetEndPosition } ?? 0)
    }

    /// Whether what lies behind unreadable bytes of a file may still be read: its reader gives up there, but it has got further.
    private func stumblesOn() -> Bool {
        guard let input, input.isSeekable, let file = context.pointee.pb else { return false }
        let position = avio_seek(file, 0, SEEK_CUR)
        defer { (attempts, furthest) = (attempts + 1, max(furthest, position)) }
        return position > furthest && attempts < Self.mostAttempts && avio_feof(file) == 0
    }

    /// Whether the packet that came last is encrypted.
    var isEncrypted: Bool { av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, nil) != nil }

    /// The end of the file where FFmpeg says so, where it calls it an error that a connection without a length was closed, and where its
    /// reader of GXF finds nothing more, which it calls an error too.
    private func end(_ result: Int32) -> Int32 {
        if result == -EPERM, avio_feof(context.pointee.pb) != 0, String(cString: context.pointee.iformat.pointee.name) == "gxf" {
            return FFmpeg.endOfFile
        }
        guard result != FFmpeg.endOfFile, web?.isEnd(result) == true else { return result }
        endIsPresumed = true
        return FFmpeg.endOfFile
    }

    /// - Returns: when the packet ends. Units: seconds.
    private func note(_ packet: AVPacket, of stream: UnsafeMutablePointer<AVStream>) -> Double {
        isCutThrough = packet.flags & AV_PKT_FLAG_CORRUPT != 0
        if stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO { extents.add(packet.stream_index, at: packet.pos) }
        let time = max(packet.pts, packet.dts)
        guard time != FFmpeg.noTimestamp else { return 0 }
        let end = Double(time) + Double(max(0, packet.duration))
        let seconds = end * Rational(stream.pointee.time_base).value
        latestEnd = max(latestEnd, seconds)
        return seconds
    }

    /// A device's packets lie in memory that goes with it, and so would pictures that are held for longer.
    private func ownBytes() -> Int32 {
        // A second owner makes FFmpeg copy them.
        var shared = av_buffer_ref(packet.pointee.buf)
        defer { av_buffer_unref(&shared) }
        return packet.pointee.buf == nil ? 0 : min(0, av_packet_make_writable(packet))
    }

    /// The rate that is asked for where nobody knows it: a stream that then has it says none itself.
    static let unlikelyRate = Rational(24999, 1000)

    /// The stream says neither when its pictures are shown nor at what rate.
    var saysNoRate: Bool { Rational(av_guess_frame_rate(context, stream, nil)) == Self.unlikelyRate }

    /// Its packets have no times: FFmpeg makes them up of a rate, for which such formats have an option.
    var hasNoTimes: Bool {
        guard context.pointee.iformat.pointee.priv_class != nil, let format = context.pointee.priv_data else { return false }
        return av_opt_find(format, "framerate", nil, 0, 0) != nil
    }

    /// What looking into the file tells where nothing came out of it.
    var explanation: VideoError? {
        input.flatMap { UnreadableFile.error(name, $0) } ?? web.flatMap { UnreadableFile.error(name, $0) }
    }

    /// Who writes an IVF to a pipe leaves the largest number there is in the place of its length.
    private static func forgetUnwrittenLength(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>
    ) {
        guard String(cString: context.pointee.iformat.pointee.name) == "ivf",
            stream.pointee.duration >= Int64(UInt32.max)
        else { return }
        stream.pointee.duration = FFmpeg.noTimestamp
        context.pointee.duration = FFmpeg.noTimestamp
    }

    static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }
}
