import CFFmpeg

/// What a container needs to know of a stream of packets.
// Safe to send: never changed once it is made.
public final class PacketStream: @unchecked Sendable {
    let parameters: UnsafeMutablePointer<AVCodecParameters>
    let timeBase: Rational
    let frameRate: Rational
    let displayMatrix: [Int32]?
    /// Its packets have no times of their own: those at which they come are taken.
    let hasNoTimes: Bool

    init(
        _ parameters: UnsafePointer<AVCodecParameters>, timeBase: Rational, frameRate: Rational,
        displayMatrix: UnsafePointer<Int32>? = nil, hasNoTimes: Bool = false
    ) {
        self.parameters = avcodec_parameters_alloc()
        avcodec_parameters_copy(self.parameters, parameters)
        (self.timeBase, self.frameRate, self.hasNoTimes) = (timeBase, frameRate, hasNoTimes)
        self.displayMatrix = displayMatrix.map { Array(UnsafeBufferPointer(start: $0, count: 9)) }
    }

    /// Of pictures that each stand for themselves.
    init(codec: AVCodecID, width: Int, height: Int, timeBase: Rational, frameRate: Rational) {
        parameters = avcodec_parameters_alloc()
        parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        parameters.pointee.codec_id = codec
        (parameters.pointee.width, parameters.pointee.height) = (Int32(width), Int32(height))
        (self.timeBase, self.frameRate) = (timeBase, frameRate)
        (displayMatrix, hasNoTimes) = (nil, false)
    }

    deinit {
        var parameters: UnsafeMutablePointer<AVCodecParameters>? = parameters
        avcodec_parameters_free(&parameters)
    }

    /// Pictures that nobody has encoded: as much as a disk can take, and no video that a player knows.
    var isRaw: Bool { [AV_CODEC_ID_RAWVIDEO, AV_CODEC_ID_WRAPPED_AVFRAME].contains(parameters.pointee.codec_id) }

    /// Whether the packets of both can stand in one file.
    func isLike(_ other: PacketStream) -> Bool {
        self === other
            || parameters.pointee.codec_id == other.parameters.pointee.codec_id
                && parameters.pointee.width == other.parameters.pointee.width
                && parameters.pointee.height == other.parameters.pointee.height
                && timeBase == other.timeBase && displayMatrix == other.displayMatrix && header.elementsEqual(other.header)
    }

    /// The parameters of the pictures that some containers keep once, apart from them; empty where they do not.
    var header: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size))
    }

    /// The same stream with the header that its key packets carry, where it has none of its own.
    func completed(by packet: UnsafePointer<AVPacket>) -> PacketStream {
        guard header.isEmpty, let filter = av_bsf_get_by_name("extract_extradata") else { return self }
        var context: UnsafeMutablePointer<AVBSFContext>?
        var copy = av_packet_clone(packet)
        defer {
            av_bsf_free(&context)
            av_packet_free(&copy)
        }
        guard av_bsf_alloc(filter, &context) >= 0, let context, let copy,
            avcodec_parameters_copy(context.pointee.par_in, parameters) >= 0, av_bsf_init(context) >= 0,
            av_bsf_send_packet(context, copy) >= 0, av_bsf_receive_packet(context, copy) >= 0
        else { return self }
        var size = 0
        guard let found = av_packet_get_side_data(copy, AV_PKT_DATA_NEW_EXTRADATA, &size), size > 0,
            let bytes = av_mallocz(size + Int(AV_INPUT_BUFFER_PADDING_SIZE))
        else { return self }
        bytes.copyMemory(from: found, byteCount: size)
        let whole = PacketStream(
            parameters, timeBase: timeBase, frameRate: frameRate, displayMatrix: displayMatrix, hasNoTimes: hasNoTimes)
        whole.parameters.pointee.extradata = bytes.assumingMemoryBound(to: UInt8.self)
        whole.parameters.pointee.extradata_size = Int32(size)
        return whole
    }
}
