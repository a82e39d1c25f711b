import CFFmpeg

/// Converts decoded pictures to RGB of any size; keeps the few conversions that it met last ready.
///
/// Threading: one thread at a time.
final class FrameScaler {
    private struct Conversion: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
        var matrix: Int32
        var fullRange: Bool
        var targetWidth: Int32
        var targetHeight: Int32
        /// To 16 bits a value, for what is still to be mapped.
        var isDeep: Bool
    }

    private var ready: [(conversion: Conversion, context: OpaquePointer)] = []
    private let plain = ScratchMemory()
    private let deep = ScratchMemory()
    private var toneMapper: ToneMapper?

    deinit {
        for entry in ready { sws_freeContext(entry.context) }
    }

    func draw(
        _ frame: UnsafeMutablePointer<AVFrame>, _ orientation: Orientation, into image: RGBImage
    ) throws(VideoError) {
        let source = frame.pointee
        guard source.width > 0, source.height > 0, source.data.0 != nil else {
            throw VideoError("There is no picture to draw yet.")
        }
        // Of interlaced pictures one field is taken, the upper one: it never has fewer lines than the scaler reads.
        let isField = camber_frame_is_interlaced(frame) != 0 && source.height >= 4
        let width = orientation.swapsAxes ? image.height : image.width
        let height = orientation.swapsAxes ? image.width : image.height
        let toneMapper = toneMapper(for: source)
        let context = try context(
            Conversion(
                width: source.width, height: isField ? (source.height + 1) / 2 : source.height, format: source.format,
                matrix: Self.matrix(of: source), fullRange: Self.isFullRange(source),
                targetWidth: Int32(width), targetHeight: Int32(height), isDeep: toneMapper != nil))
        let lines = isField ? (source.height + 1) / 2 : source.height
        if let toneMapper {
            let deepRow = (width * 6 + 127) & ~63
            let values = deep.bytes(deepRow * height + 64)
            try scale(frame, context, lines: lines, isField: isField, to: values, rowBytes: deepRow)
            func map(to pixels: UnsafeMutablePointer<UInt8>) {
                toneMapper.map(values, sourceRowBytes: deepRow, to: pixels, rowBytes: width * 3, width: width, height: height)
            }
            if orientation == .upright { return image.bytes.withPointer(map) }
            let pixels = plain.bytes(width * height * 3)
            map(to: pixels)
            return orientation.place(pixels, sourceRowBytes: width * 3, into: image)
        }
        // SIMD code writes whole groups of pixels: only rows of whole groups can lie one after the other.
        if orientation == .upright && width % 16 == 0 {
            return try image.bytes.withPointer { pixels throws(VideoError) in
                try scale(frame, context, lines: lines, isField: isField, to: pixels, rowBytes: image.rowBytes)
            }
        }
        let rowBytes = (width * 3 + 127) & ~63
        let pixels = plain.bytes(rowBytes * height + 64)
        try scale(frame, context, lines: lines, isField: isField, to: pixels, rowBytes: rowBytes)
        orientation.place(pixels, sourceRowBytes: rowBytes, into: image)
    }

    private func scale(
        _ frame: UnsafeMutablePointer<AVFrame>, _ context: OpaquePointer, lines: Int32, isField: Bool,
        to target: UnsafeMutablePointer<UInt8>, rowBytes: Int
    ) throws(VideoError) {
        let data = frame.pointee.data
        let step: Int32 = isField ? 2 : 1
        let size = frame.pointee.linesize
        var planes = (UnsafePointer(data.0), UnsafePointer(data.1), UnsafePointer(data.2), UnsafePointer(data.3))
        var strides = (size.0 * step, size.1 * step, size.2 * step, size.3 * step)
        var targets = (
            Optional(target), UnsafeMutablePointer<UInt8>?.none, UnsafeMutablePointer<UInt8>?.none,
            UnsafeMutablePointer<UInt8>?.none
        )
        var targetStrides = (Int32(rowBytes), Int32(0), Int32(0), Int32(0))
        let drawn = withUnsafePointer(to: &planes) { planes in
            withUnsafePointer(to: &strides) { strides in
                withUnsafePointer(to: &targets) { targets in
                    withUnsafePointer(to: &targetStrides) { targetStrides in
                        sws_scale(
                            context, UnsafeRawPointer(planes).assumingMemoryBound(to: UnsafePointer<UInt8>?.self),
                            UnsafeRawPointer(strides).assumingMemoryBound(to: Int32.self), 0, lines,
                            UnsafeRawPointer(targets).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self),
                            UnsafeRawPointer(targetStrides).assumingMemoryBound(to: Int32.self))
                    }
                }
            }
        }
        if drawn < 0 { throw VideoError("Cannot convert a picture to RGB: \(FFmpeg.text(drawn)).") }
    }

    private func context(_ conversion: Conversion) throws(VideoError) -> OpaquePointer {
        if let found = ready.firstIndex(where: { $0.conversion == conversion }) {
            if found != 0 { ready.swapAt(0, found) }
            return ready[0].context
        }
        let format = AVPixelFormat(conversion.format)
        // Of RGB, the scaler would else drop every other column's colour, and an odd last one's altogether.
        let isRGB =
            av_pix_fmt_desc_get(format).map { $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0 } ?? false
        let flags = SWS_BILINEAR | (isRGB ? SWS_FULL_CHR_H_INP | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND : 0)
        guard sws_isSupportedInput(format) != 0,
            let context = sws_getContext(
                conversion.width, conversion.height, format, conversion.targetWidth, conversion.targetHeight,
                conversion.isDeep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24, flags, nil, nil, nil)
        else {
            let name = av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "an unknown format"
            throw VideoError(
                "Cannot convert pictures of \(conversion.width)×\(conversion.height) pixels in \(name) "
                    + "to RGB of \(conversion.targetWidth)×\(conversion.targetHeight).")
        }
        let (from, to) = (sws_getCoefficients(conversion.matrix), sws_getCoefficients(SWS_CS_DEFAULT))
        sws_setColorspaceDetails(context, from, conversion.fullRange ? 1 : 0, to, 1, 0, 1 << 16, 1 << 16)
        if ready.count == 4 { sws_freeContext(ready.removeLast().context) }
        ready.insert((conversion, context), at: 0)
        return context
    }

    /// The one of this kind of colours, kept as long as they stay; nil where they are an ordinary screen's.
    private func toneMapper(for frame: AVFrame) -> ToneMapper? {
        guard let kind = ToneMapper.kind(of: frame) else { return nil }
        if let toneMapper, toneMapper.kind == kind { return toneMapper }
        let made = ToneMapper(kind)
        toneMapper = made
        return made
    }

    /// The YUV matrix; where the picture doesn't say, BT.709 from HD sizes on and BT.601 below, as players do.
    private static func matrix(of frame: AVFrame) -> Int32 {
        switch frame.colorspace {
        case AVCOL_SPC_BT709: SWS_CS_ITU709
        case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: SWS_CS_ITU601
        case AVCOL_SPC_FCC: SWS_CS_FCC
        case AVCOL_SPC_SMPTE240M: SWS_CS_SMPTE240M
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: SWS_CS_BT2020
        default: frame.width >= 1280 || frame.height > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601
        }
    }

    /// Whether it has a matrix: the scaler knows none that mixes both colours into red.
    static func reads(_ space: AVColorSpace) -> Bool {
        ![AVCOL_SPC_YCGCO, AVCOL_SPC_SMPTE2085, AVCOL_SPC_ICTCP].contains { $0 == space }
    }

    private static func isFullRange(_ frame: AVFrame) -> Bool {
        if frame.color_range != AVCOL_RANGE_UNSPECIFIED { return frame.color_range == AVCOL_RANGE_JPEG }
        switch AVPixelFormat(frame.format) {
        case AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P: return true
        case AV_PIX_FMT_GRAY8, AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_GRAY16BE, AV_PIX_FMT_YA8, AV_PIX_FMT_YA16BE: return true
        default: return false
        }
    }
}
