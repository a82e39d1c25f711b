import CFFmpeg

/// Encodes pictures of one size and format, one after the other.
///
/// Threading: one thread at a time.
final class ImageEncoder {
    enum Format {
        case png, grayPNG
        /// R, G, B of each value from 0 on.
        case palettePNG([UInt8])
        /// Units: quality 1…100.
        case jpeg(quality: Int)
    }

    private let encoder: Encoder

    init(_ format: Format, width: Int, height: Int) throws(VideoError) {
        let pixels: AVPixelFormat
        var quantizer: Int32?
        switch format {
        case .png: pixels = AV_PIX_FMT_RGB24
        case .grayPNG: pixels = AV_PIX_FMT_GRAY8
        case .palettePNG: pixels = AV_PIX_FMT_PAL8
        case .jpeg(let quality):
            pixels = AV_PIX_FMT_YUV420P
            quantizer = Int32((Double(100 - min(max(quality, 1), 100)) * 0.3 + 1).rounded())
        }
        encoder = try Encoder(
            .init(
                names: [quantizer == nil ? "png" : "mjpeg"], pixels: pixels, width: width, height: height,
                timeBase: Rational(1, 25),
                frameRate: Rational(25, 1), fullRange: true, quantizer: quantizer))
        if case .palettePNG(let palette) = format { encoder.setPalette(palette) }
    }

    /// - Parameter body: is lent the encoded file.
    func encode(_ image: RGBImage, body: (UnsafeRawBufferPointer) throws(VideoError) -> Void) throws(VideoError) {
        try encoder.fill(from: image)
        try finish(body)
    }

    /// - Parameter body: is lent the encoded file.
    func encode(_ image: GrayImage, body: (UnsafeRawBufferPointer) throws(VideoError) -> Void) throws(VideoError) {
        try encoder.fill(from: image)
        try finish(body)
    }

    private func finish(_ body: (UnsafeRawBufferPointer) throws(VideoError) -> Void) throws(VideoError) {
        try encoder.encode(at: 0) { packet throws(VideoError) in
            try body(UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
        }
    }
}
