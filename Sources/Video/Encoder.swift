import CFFmpeg

/// One encoder and the frame it is fed from: images in, packets out.
///
/// Threading: one thread at a time.
final class Encoder {
    struct Settings {
        /// FFmpeg's names of the encoders that will do, best first.
        var names: [String]
        var pixels: AVPixelFormat
        var width: Int
        var height: Int
        var timeBase: Rational
        var frameRate: Rational
        var sampleAspectRatio = Rational(1, 1)
        var fullRange = false
        /// Quantizer scale of MPEG-4 and JPEG, 1 … 31; nil where the encoder's options say it.
        var quantizer: Int32?
        var threads = 1
        /// Parameter sets go to the container's header.
        var globalHeader = false
        /// Units: frames between key frames; nil is the encoder's own.
        var keyInterval: Int32?
        var options: [String: String] = [:]
    }

    let context: UnsafeMutablePointer<AVCodecContext>
    private let frame: UnsafeMutablePointer<AVFrame>
    private let packet: UnsafeMutablePointer<AVPacket>
    private let settings: Settings
    private var converter: OpaquePointer?
    private var converterFormat = AV_PIX_FMT_NONE
    private var padded = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var hasEncoded = false

    /// Units: bytes. FFV1 takes a buffer for 148 bytes a pixel with its first picture, and never more than FFmpeg's own limit.
    private var worstCase: Int {
        min(Int(Int32.max), 1 << 20 + 160 * Int(context.pointee.width) * Int(context.pointee.height))
    }

    init(_ settings: Settings) throws(VideoError) {
        self.settings = settings
        let codecs = settings.names.lazy.compactMap { avcodec_find_encoder_by_name($0) }
        guard let codec = codecs.first, let context = avcodec_alloc_context3(codec) else {
            throw VideoError(
                "This FFmpeg was built without \(settings.names.joined(separator: ", ")).", remedy: "Install a full one.")
        }
        Self.configure(context, settings)
        var options: OpaquePointer?
        for (key, value) in settings.options { av_dict_set(&options, key, value, 0) }
        let result = avcodec_open2(context, codec, &options)
        av_dict_free(&options)
        guard result >= 0 else {
            var closing: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&closing)
            throw VideoError(
                "Cannot encode \(settings.width)×\(settings.height) pixels as \(String(cString: codec.pointee.name)): "
                    + "\(FFmpeg.text(result)).")
        }
        self.context = context
        frame = av_frame_alloc()
        packet = av_packet_alloc()
        frame.pointee.format = settings.pixels.rawValue
        frame.pointee.width = context.pointee.width
        frame.pointee.height = context.pointee.height
        frame.pointee.sample_aspect_ratio = context.pointee.sample_aspect_ratio
        frame.pointee.color_range = context.pointee.color_range
        frame.pointee.colorspace = context.pointee.colorspace
        let allocated = av_frame_get_buffer(frame, 0)
        if allocated < 0 { throw VideoError("Out of memory for pictures of \(settings.width)×\(settings.height) pixels.") }
    }

    deinit {
        sws_freeContext(converter)
        padded.deallocate()
        var (frame, packet, context) = (Optional(frame), Optional(packet), Optional(context))
        av_frame_free(&frame)
        av_packet_free(&packet)
        avcodec_free_context(&context)
    }

    /// R, G, B of each value from 0 on.
    func setPalette(_ colors: [UInt8]) {
        precondition(colors.count % 3 == 0 && colors.count <= 768, "a palette of \(colors.count) bytes")
        let entries = UnsafeMutableRawPointer(frame.pointee.data.1!).assumingMemoryBound(to: UInt32.self)
        for index in 0..<256 {
            let known = index * 3 < colors.count
            let color = known ? colors[index * 3..<index * 3 + 3].reduce(0 as UInt32) { $0 << 8 | UInt32($1) } : 0
            entries[index] = 0xff00_0000 | color
        }
    }

    func fill(from image: RGBImage) throws(VideoError) {
        try image.bytes.withPointer { pixels throws(VideoError) in
            try fill(pixels, rowBytes: image.rowBytes, format: AV_PIX_FMT_RGB24, image.width, image.height)
        }
    }

    func fill(from image: GrayImage) throws(VideoError) {
        try image.bytes.withPointer { pixels throws(VideoError) in
            try fill(pixels, rowBytes: image.rowBytes, format: AV_PIX_FMT_GRAY8, image.width, image.height)
        }
    }

    /// Encodes the frame as filled last.
    ///
    /// - Parameter body: is lent each packet that is ready; there may be none yet.
    func encode(
        at time: Int64, body: (UnsafeMutablePointer<AVPacket>) throws(VideoError) -> Void
    ) throws(VideoError) {
        frame.pointee.pts = time
        frame.pointee.quality = context.pointee.global_quality
        if hasEncoded { return try send(frame, body) }
        hasEncoded = true
        // The buffer is kept for the pictures that follow.
        try FFmpeg.allowing(bytes: worstCase) { () throws(VideoError) in try send(frame, body) }
    }

    /// Gives out what the encoder still holds.
    func finish(body: (UnsafeMutablePointer<AVPacket>) throws(VideoError) -> Void) throws(VideoError) {
        try send(nil, body)
    }

    private func send(
        _ frame: UnsafeMutablePointer<AVFrame>?, _ body: (UnsafeMutablePointer<AVPacket>) throws(VideoError) -> Void
    ) throws(VideoError) {
        let sent = avcodec_send_frame(context, frame)
        if sent < 0 && sent != FFmpeg.endOfFile { throw VideoError("Cannot encode a picture: \(FFmpeg.text(sent)).") }
        while true {
            let received = avcodec_receive_packet(context, packet)
            if received == FFmpeg.tryAgain || received == FFmpeg.endOfFile { return }
            if received < 0 { throw VideoError("Cannot encode a picture: \(FFmpeg.text(received)).") }
            defer { av_packet_unref(packet) }
            try body(packet)
        }
    }

    private static func configure(_ context: UnsafeMutablePointer<AVCodecContext>, _ settings: Settings) {
        context.pointee.pix_fmt = settings.pixels
        context.pointee.width = Int32(settings.width)
        context.pointee.height = Int32(settings.height)
        // 4:2:0 encoders want even sizes.
        if settings.pixels == AV_PIX_FMT_YUV420P && settings.fullRange == false {
            context.pointee.width += context.pointee.width & 1
            context.pointee.height += context.pointee.height & 1
        }
        context.pointee.time_base = settings.timeBase.av
        context.pointee.framerate = settings.frameRate.av
        context.pointee.sample_aspect_ratio = settings.sampleAspectRatio.av
        context.pointee.thread_count = Int32(settings.threads)
        context.pointee.max_b_frames = 0
        context.pointee.color_range = settings.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        if settings.pixels == AV_PIX_FMT_YUV420P {
            context.pointee.colorspace = AVCOL_SPC_SMPTE170M
            context.pointee.color_primaries = AVCOL_PRI_SMPTE170M
            context.pointee.color_trc = AVCOL_TRC_SMPTE170M
        }
        if let quantizer = settings.quantizer {
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = quantizer * FF_QP2LAMBDA
            context.pointee.qmin = min(quantizer, context.pointee.qmin)
        }
        if settings.globalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        if let interval = settings.keyInterval { context.pointee.gop_size = interval }
        // The JPEG encoder of older versions wants full range to be asked for as a deviation.
        context.pointee.strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL
    }

    private func fill(
        _ pixels: UnsafeMutablePointer<UInt8>, rowBytes: Int, format: AVPixelFormat, _ width: Int, _ height: Int
    ) throws(VideoError) {
        precondition(width == settings.width && height == settings.height, "an image of \(width)×\(height) pixels")
        // The encoder may still look at the pictures before.
        let writable = av_frame_make_writable(frame)
        if writable < 0 { throw VideoError("Out of memory for pictures of \(width)×\(height) pixels.") }
        let target = frame.pointee
        if format == settings.pixels || format == AV_PIX_FMT_GRAY8 && settings.pixels == AV_PIX_FMT_PAL8 {
            for row in 0..<height {
                (target.data.0! + row * Int(target.linesize.0)).update(from: pixels + row * rowBytes, count: rowBytes)
            }
            return
        }
        try prepareConverter(from: format)
        let bytesPerPixel = rowBytes / width
        let pixels = evenSized(pixels, width, height, bytesPerPixel: bytesPerPixel)
        var source: (UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?)
        source = (UnsafePointer(pixels), nil, nil, nil)
        var stride = (context.pointee.width * Int32(bytesPerPixel), Int32(0), Int32(0), Int32(0))
        let converter = converter
        let drawn = withUnsafePointer(to: &source) { source in
            withUnsafePointer(to: &stride) { stride in
                withUnsafePointer(to: &frame.pointee.data) { planes in
                    withUnsafePointer(to: &frame.pointee.linesize) { linesizes in
                        sws_scale(
                            converter, UnsafeRawPointer(source).assumingMemoryBound(to: UnsafePointer<UInt8>?.self),
                            UnsafeRawPointer(stride).assumingMemoryBound(to: Int32.self), 0, context.pointee.height,
                            UnsafeRawPointer(planes).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self),
                            UnsafeRawPointer(linesizes).assumingMemoryBound(to: Int32.self))
                    }
                }
            }
        }
        if drawn < 0 { throw VideoError("Cannot convert a picture for encoding: \(FFmpeg.text(drawn)).") }
    }

    private func prepareConverter(from format: AVPixelFormat) throws(VideoError) {
        if converterFormat == format { return }
        sws_freeContext(converter)
        let (width, height) = (context.pointee.width, context.pointee.height)
        converter = sws_getContext(width, height, format, width, height, settings.pixels, SWS_BILINEAR, nil, nil, nil)
        guard let converter else { throw VideoError("Cannot convert \(width)×\(height) pixels for encoding.") }
        converterFormat = format
        let matrix = sws_getCoefficients(SWS_CS_ITU601)
        sws_setColorspaceDetails(converter, matrix, 1, matrix, settings.fullRange ? 1 : 0, 0, 1 << 16, 1 << 16)
    }

    /// Repeats the last column and row where 4:2:0 needs even sizes.
    private func evenSized(_ pixels: UnsafeMutablePointer<UInt8>, _ width: Int, _ height: Int, bytesPerPixel: Int)
        -> UnsafeMutablePointer<UInt8>
    {
        let (evenWidth, evenHeight) = (Int(context.pointee.width), Int(context.pointee.height))
        guard evenWidth != width || evenHeight != height else { return pixels }
        let (row, evenRow) = (width * bytesPerPixel, evenWidth * bytesPerPixel)
        if padded.count == 0 { padded = .allocate(byteCount: evenRow * evenHeight + 64, alignment: 64) }
        let copy = padded.assumingMemoryBound(to: UInt8.self).baseAddress!
        for y in 0..<evenHeight {
            let (from, to) = (pixels + min(y, height - 1) * row, copy + y * evenRow)
            to.update(from: from, count: row)
            if evenRow > row { (to + row).update(from: from + row - bytesPerPixel, count: bytesPerPixel) }
        }
        return copy
    }
}
