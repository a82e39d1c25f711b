import CFFmpeg

/// What kind of picture a file is by its first bytes, whatever its name says.
enum PictureKind {
    case png, animatedPNG, jpeg, bmp, webP, animatedWebP, tiff, pgm, ppm
    /// A photograph of a phone, in a container of its own.
    case heif
    case gif

    init?(_ bytes: UnsafeRawBufferPointer) {
        func holds(_ start: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + start.count && bytes[offset..<offset + start.count].elementsEqual(start)
        }
        func says(_ word: String, at offset: Int = 0) -> Bool { holds(Array(word.utf8), at: offset) }
        if holds([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = Self.isAnimatedPNG(bytes) ? .animatedPNG : .png
        } else if holds([0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if says("BM") {
            self = .bmp
        } else if says("RIFF") && says("WEBP", at: 8) {
            self = says("VP8X", at: 12) && bytes.count > 20 && bytes[20] & 2 != 0 ? .animatedWebP : .webP
        } else if says("II*\0") || says("MM\0*") {
            self = .tiff
        } else if says("P5") || says("P2") {
            self = .pgm
        } else if says("P6") || says("P3") {
            self = .ppm
        } else if says("GIF8") {
            self = .gif
        } else if says("ftyp", at: 4), ["heic", "heix", "heif", "mif1", "msf1", "avif"].contains(where: { says($0, at: 8) }) {
            self = .heif
        } else {
            return nil
        }
    }

    /// Nil where pictures of this kind are not read.
    var codec: AVCodecID? {
        switch self {
        // The first of an animation's pictures is a whole PNG.
        case .png, .animatedPNG: AV_CODEC_ID_PNG
        case .jpeg: AV_CODEC_ID_MJPEG
        case .bmp: AV_CODEC_ID_BMP
        case .webP: AV_CODEC_ID_WEBP
        case .tiff: AV_CODEC_ID_TIFF
        case .pgm: AV_CODEC_ID_PGM
        case .ppm: AV_CODEC_ID_PPM
        case .animatedWebP, .heif, .gif: nil
        }
    }

    /// Why a file is not read as a picture, and what to do.
    static func refusal(of path: String, _ bytes: UnsafeRawBufferPointer) -> VideoError {
        switch PictureKind(bytes) {
        case .animatedWebP:
            VideoError("\(path) is an animated WebP, which is not read here.", remedy: "Make a video or single pictures of it.")
        case .heif:
            VideoError("\(path) is a HEIF or AVIF picture, which is not read here.", remedy: "Make a JPEG or a PNG of it.")
        case .gif:
            VideoError("\(path) is a GIF.", remedy: "Give it the ending .gif, and alone: it is read as a video.")
        default:
            VideoError("\(path) is no picture that can be read here.", remedy: "\(ImageFile.kinds) are.")
        }
    }

    /// An animated PNG says so in a chunk before its first picture data.
    private static func isAnimatedPNG(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 8
        while position + 8 <= bytes.count {
            let length = bytes.bigEndian32(at: position)
            let name = bytes[position + 4..<position + 8]
            if name.elementsEqual("acTL".utf8) { return true }
            if name.elementsEqual("IDAT".utf8) { return false }
            position += 12 + length
        }
        return false
    }
}

extension UnsafeRawBufferPointer {
    /// The caller has checked that four bytes are there.
    func bigEndian32(at position: Int) -> Int {
        Int(UInt32(bigEndian: loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    }
}
