import CFFmpeg
import Glibc

/// Decodes picture files one after the other; keeps its decoders and its buffer.
///
/// Threading: one thread at a time.
final class ImageDecoder {
    /// The last file that was read, for those who look into its header.
    private(set) var file = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var capacity = 0
    private var decoders: [UInt32: Decoder] = [:]
    private let packet: UnsafeMutablePointer<AVPacket>

    init() {
        _ = FFmpeg.settings
        packet = av_packet_alloc()
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        UnsafeMutableRawPointer(file.baseAddress)?.deallocate()
    }

    /// FFmpeg's name of the codec of the last file.
    private(set) var codecName = ""
    /// Part of the last picture is missing: it was cut off, or a checksum is wrong.
    private(set) var isDamaged = false
    /// How many pictures the last file holds, of which the first is decoded.
    private(set) var pictureCount = 1
    /// How the last picture is turned where FFmpeg doesn't say.
    private(set) var orientation = Orientation.upright

    func decode(_ path: String, into frame: UnsafeMutablePointer<AVFrame>) throws(VideoError) {
        try load(path)
        try decode(UnsafeRawBufferPointer(file), name: path, into: frame)
    }

    /// Decodes a picture file in memory, which has FFmpeg's padding after its last byte.
    func decode(
        _ bytes: UnsafeRawBufferPointer, name path: String, into frame: UnsafeMutablePointer<AVFrame>
    ) throws(VideoError) {
        let kind = PictureKind(bytes)
        guard let kind, let codec = kind.codec else { throw PictureKind.refusal(of: path, bytes) }
        if kind == .tiff, let way = TIFFTag.unreadCompression(of: bytes) {
            throw VideoError(
                "\(path) is a TIFF that is compressed by \(way), which is not read here.",
                remedy: "Save it as PNG, or as TIFF with LZW.")
        }
        pictureCount = kind == .tiff ? TIFFTag.pictures(in: bytes) : 1
        orientation = ExifOrientation.orientation(of: bytes, kind)
        codecName = String(cString: avcodec_get_name(codec))
        let decoder: Decoder
        if let kept = decoders[codec.rawValue] {
            decoder = kept
            avcodec_flush_buffers(decoder.context)
        } else {
            decoder = try Decoder(
                codec: codec, parameters: nil, timeBase: AVRational(num: 1, den: 25), threads: 1, lowDelay: true, name: path)
            decoders[codec.rawValue] = decoder
        }
        // Lent to the packet: the decoder is done with it when this function returns.
        packet.pointee.data = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        packet.pointee.size = Int32(bytes.count)
        packet.pointee.flags = AV_PKT_FLAG_KEY
        defer { av_packet_unref(packet) }
        let complaints = decoder.log.count
        var result = avcodec_send_packet(decoder.context, packet)
        if result >= 0 { result = avcodec_receive_frame(decoder.context, frame) }
        if result == FFmpeg.tryAgain {
            avcodec_send_packet(decoder.context, nil)
            result = avcodec_receive_frame(decoder.context, frame)
        }
        guard result >= 0, frame.pointee.width > 0 else {
            decoders[codec.rawValue] = nil
            throw VideoError(
                "\(path) is damaged: its \(codecName) picture cannot be decoded.",
                remedy: kind == .tiff ? "Or it is a TIFF of a kind that is not read here: save it as PNG." : "")
        }
        // FFmpeg calls a PNG interlaced that comes in passes, each finer than the one before.
        camber_frame_set_progressive(frame)
        isDamaged = decoder.log.count != complaints
    }

    private func load(_ path: String) throws(VideoError) {
        let fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard fd >= 0 else { throw VideoError("Cannot open \(path): \(String(cString: strerror(errno))).") }
        defer { close(fd) }
        var status = stat()
        guard fstat(fd, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw VideoError("\(path) is no file.") }
        let size = Int(status.st_size)
        guard size > 0 else { throw VideoError("\(path) is empty.") }
        guard size <= ImageFile.largest else {
            throw VideoError("\(path) has \(size) bytes; pictures of up to \(ImageFile.largest >> 20) MiB are read.")
        }
        let needed = size + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        if capacity < needed {
            file.baseAddress?.deallocate()
            file = .allocate(byteCount: needed, alignment: 64)
            capacity = needed
        }
        let start = file.baseAddress!
        var got = 0
        while got < size {
            let count = Glibc.read(fd, start + got, size - got)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw VideoError("Cannot read \(path): \(String(cString: strerror(errno))).") }
            if count == 0 { break }
            got += count
        }
        memset(start + got, 0, Int(AV_INPUT_BUFFER_PADDING_SIZE))
        file = .init(start: start, count: got)
    }
}
