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
    /// What the container complains about.
    let log: DamageLog
    /// What is worth saying of the choice of the stream.
    let notice: String?

    private let name: String
    private let isDevice: Bool
    private let interruption: Interruption
    // The container reads from one of them until it is closed.
    private let input: FileInput?
    private let web: WebInput?

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
                return isDevice ? ownBytes() : 0
            }
        }
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

    /// What looking into the file tells where nothing came out of it.
    var explanation: VideoError? {
        input.flatMap { UnreadableFile.error(name, $0) } ?? web.flatMap { UnreadableFile.error(name, $0) }
    }

    static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }
}
