import CFFmpeg
import Errors
import Files
import Glibc

/// A container being written under a temporary name, with one video stream.
///
/// Threading: one thread at a time.
final class Muxer {
    /// The name that the file carries until it is complete, or for good if the process dies.
    let temporaryPath: String

    private let path: String
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    /// Open and locked for as long as the file is written, so that others can tell it from what a crash has left.
    private let descriptor: Int32
    /// Whether all of it is on the disk, under whichever name.
    private(set) var isComplete = false
    private var isOpen = false
    private var lastTime = Int64.min

    init(path: String, format: String) throws(VideoError) {
        self.path = path
        (temporaryPath, descriptor) = try PartialFile.create(for: path)
        var made: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&made, nil, format, temporaryPath) >= 0, let context = made else {
            unlink(temporaryPath)
            close(descriptor)
            throw VideoError("Cannot write \(path): this FFmpeg was built without '\(format)'.")
        }
        self.context = context
        stream = avformat_new_stream(context, nil)
        // The same frames give the same bytes: no random numbers as ids, no versions.
        context.pointee.flags |= AVFMT_FLAG_BITEXACT
        // What is complete goes to the file at once; FFmpeg would hold back 256 KB.
        context.pointee.flush_packets = 1
        let result = avio_open(&context.pointee.pb, "file:" + temporaryPath, AVIO_FLAG_WRITE)
        guard result >= 0 else {
            unlink(temporaryPath)
            throw Self.failure(path, result)
        }
    }

    deinit {
        avio_closep(&context.pointee.pb)
        avformat_free_context(context)
        close(descriptor)
    }

    var wantsGlobalHeader: Bool { context.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 }

    /// Writes the header for what `encoder` will give.
    ///
    /// - Parameter mark: says what the whole file is; nil where nothing needs to be said.
    func start(
        _ encoder: Encoder, options: [String: String], metadata: [String: String], mark: String?
    ) throws(VideoError) {
        if let mark {
            let container = String(cString: context.pointee.oformat.pointee.name)
            av_dict_set(&context.pointee.metadata, ResultMark.key(ofContainer: container), mark, 0)
        }
        avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context)
        for (key, value) in metadata { av_dict_set(&stream.pointee.metadata, key, value, 0) }
        stream.pointee.time_base = encoder.context.pointee.time_base
        stream.pointee.sample_aspect_ratio = encoder.context.pointee.sample_aspect_ratio
        stream.pointee.avg_frame_rate = encoder.context.pointee.framerate
        try writeHeader(options)
    }

    /// Writes the header for packets of another container.
    ///
    /// - Parameter created: the file's own time, as in 2026-11-27T14:05:30Z.
    func start(_ source: PacketStream, options: [String: String], created: String?) throws(VideoError) {
        let result = avcodec_parameters_copy(stream.pointee.codecpar, source.parameters)
        guard result >= 0 else { throw Self.failure(path, result) }
        // Containers have codes of their own.
        stream.pointee.codecpar.pointee.codec_tag = 0
        stream.pointee.time_base = source.timeBase.av
        stream.pointee.sample_aspect_ratio = source.parameters.pointee.sample_aspect_ratio
        stream.pointee.avg_frame_rate = source.frameRate.av
        if let matrix = source.displayMatrix { camber_stream_set_display_matrix(stream, matrix) }
        if let created { av_dict_set(&context.pointee.metadata, "creation_time", created, 0) }
        try writeHeader(options)
    }

    private func writeHeader(_ options: [String: String]) throws(VideoError) {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        let result = avformat_write_header(context, &dictionary)
        av_dict_free(&dictionary)
        guard result >= 0 else { throw Self.failure(path, result) }
        isOpen = true
    }

    /// Writes a packet whose times are in `timeBase`.
    func write(_ packet: UnsafeMutablePointer<AVPacket>, timeBase: Rational) throws(VideoError) {
        av_packet_rescale_ts(packet, timeBase.av, stream.pointee.time_base)
        // Two frames can fall on one tick of a coarser time base; containers want each to have its own.
        if packet.pointee.dts <= lastTime {
            packet.pointee.dts = lastTime + 1
            packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts)
        }
        lastTime = packet.pointee.dts
        packet.pointee.stream_index = 0
        let result = av_write_frame(context, packet)
        guard result >= 0 else { throw Self.failure(path, result) }
    }

    /// What has reached the file.
    var writtenBytes: Int {
        var status = stat()
        return stat(temporaryPath, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Completes the file, and waits for the disk: what has its name is whole, whatever happens.
    ///
    /// - Parameter isWhole: whether it gets its name; otherwise it keeps the temporary one.
    /// - Throws: where it cannot be written; what was written stays under its temporary name, if it is more than a header.
    func finish(isWhole: Bool) throws(VideoError) {
        do throws(VideoError) { try complete(isWhole: isWhole) } catch {
            discardHeader()
            throw error
        }
    }

    /// On a full disk each new attempt would leave one more file that plays nothing.
    func discardHeader() {
        if !isComplete, writtenBytes < 4096 { discard() }
    }

    private func complete(isWhole: Bool) throws(VideoError) {
        if isOpen {
            isOpen = false
            let result = av_write_trailer(context)
            guard result >= 0 else { throw Self.failure(path, result) }
        }
        let problem = context.pointee.pb?.pointee.error ?? 0
        let closed = avio_closep(&context.pointee.pb)
        guard problem >= 0, closed >= 0 else { throw Self.failure(path, min(problem, closed)) }
        try sync()
        isComplete = true
        guard isWhole else { return }
        do throws(CamberError) { try TemporaryFile.rename(temporaryPath, to: path, sync: true) } catch {
            var failure = error
            // Hours of work may be in it.
            if access(temporaryPath, F_OK) == 0 { failure.problem += " All of it is in \(temporaryPath)." }
            throw failure
        }
    }

    /// Waits until what has been written is on the disk.
    func sync() throws(VideoError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure(path, -errno) }
    }

    /// Gives up: nothing is left on disk.
    func discard() {
        isOpen = false
        avio_closep(&context.pointee.pb)
        unlink(temporaryPath)
    }

    private static func failure(_ path: String, _ code: Int32) -> VideoError {
        VideoError("Cannot write \(path): \(FFmpeg.text(code)).", remedy: "Is there room, and may it be written there?")
    }
}
