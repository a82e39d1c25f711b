import CFFmpeg

/// One decoder: packets in, pictures out, with bounded picture sizes.
///
/// Threading: one thread at a time.
final class Decoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    /// What the decoder complains about.
    let log = DamageLog()

    /// - Parameter parameters: of the stream; nil for a picture file, which says all itself.
    init(
        codec id: AVCodecID, parameters: UnsafePointer<AVCodecParameters>?, timeBase: AVRational, threads: Int, lowDelay: Bool,
        name: String
    ) throws(VideoError) {
        let codecName = String(cString: avcodec_get_name(id))
        guard let codec = avcodec_find_decoder(id) else {
            throw VideoError("Cannot decode \(name): this FFmpeg has no decoder for \(codecName).")
        }
        guard let context = avcodec_alloc_context3(codec) else { throw VideoError("Out of memory while opening \(name).") }
        var result = parameters.map { avcodec_parameters_to_context(context, $0) } ?? 0
        context.pointee.pkt_timebase = timeBase
        context.pointee.max_pixels = Int64(FFmpeg.maximumPixels)
        context.pointee.thread_count = Int32(threads)
        // Unretained: the log lives as long as the decoder, whose threads share this.
        context.pointee.opaque = Unmanaged.passUnretained(log).toOpaque()
        // A picture file's checksums are worth checking; streams would pay for it with every picture.
        if parameters == nil { context.pointee.err_recognition |= AV_EF_CRCCHECK }
        // Frame threads hold pictures back, one each.
        context.pointee.thread_type = lowDelay ? FF_THREAD_SLICE : FF_THREAD_SLICE | FF_THREAD_FRAME
        if result >= 0 { result = avcodec_open2(context, codec, nil) }
        guard result >= 0 else {
            var closing: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&closing)
            throw VideoError(
                "Cannot decode \(name) (\(codecName)): \(FFmpeg.text(result)).", remedy: "Its header may be damaged.")
        }
        self.context = context
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }
}
