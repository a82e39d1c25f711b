import CFFmpeg
import Files

/// Picture files: photographs as RGB, label images and masks as their plain 8-bit values.
public enum ImageFile {
    /// What names of pictures end in, in small letters: the kinds that are read.
    public static let endings: Set<String> = ["png", "jpg", "jpeg", "bmp", "webp", "tif", "tiff", "ppm", "pgm"]
    /// The same for people.
    package static let kinds = "PNG, JPEG, BMP, WebP, TIFF and PNM"

    /// Units: bytes; larger files are refused.
    package static let largest = 512 << 20

    /// Whether a file is a picture by its name.
    public static func isNamed(_ path: String) -> Bool { endings.contains(SourceLocation.pathExtension(of: path)) }

    /// Reads a picture (PNG, JPEG, BMP, WebP, TIFF, PNM) as RGB.
    ///
    /// - Throws: where the file is missing, damaged, no picture or larger than 8192×8192 pixels.
    public static func readRGB(_ path: String) throws(VideoError) -> RGBImage {
        let (frame, decoder) = try decoded(path)
        return try rgb(frame, decoder, path)
    }

    /// Reads a picture as `readRGB` does, and how opaque its pixels are: 0 where one is wholly transparent, whatever colour lies below.
    ///
    /// - Returns: no opacity for a picture without transparency.
    public static func readRGBWithOpacity(_ path: String) throws(VideoError) -> (image: RGBImage, opacity: GrayImage?) {
        let (frame, decoder) = try decoded(path)
        // What follows reads memory that these two own.
        defer { withExtendedLifetime((frame, decoder)) {} }
        let picture = frame.avFrame.pointee
        let opacity = opacity(picture, into: GrayImage(width: Int(picture.width), height: Int(picture.height)))
        return (try rgb(frame, decoder, path), opacity.map(decoder.orientation.turned))
    }

    private static func decoded(_ path: String) throws(VideoError) -> (frame: VideoFrame, decoder: ImageDecoder) {
        let (frame, decoder) = (VideoFrame(), ImageDecoder())
        try decoder.decode(path, into: frame.avFrame)
        if decoder.isDamaged {
            throw VideoError("\(path) is damaged: part of its picture is missing.", remedy: "Copy it again, or leave it out.")
        }
        return (frame, decoder)
    }

    private static func rgb(_ frame: VideoFrame, _ decoder: ImageDecoder, _ path: String) throws(VideoError) -> RGBImage {
        frame.didDecode(index: 0, at: Timestamp(0, Rational(1, 25)), duration: 1, streamOrientation: decoder.orientation)
        let image = RGBImage(width: frame.width, height: frame.height)
        do throws(VideoError) { try frame.draw(into: image) } catch {
            throw VideoError("Cannot read \(path). \(error.problem)", remedy: error.remedy)
        }
        return image
    }

    /// Reads a label image: gray values as they are stored, 255 where a pixel is wholly transparent, and the indices of a palette
    /// rather than its colours.
    ///
    /// - Throws: as `readRGB`, and where the picture has colours or 16 bits a pixel.
    public static func readGray(_ path: String) throws(VideoError) -> GrayImage {
        switch try readLabels(path) {
        case .indices(let image, _): return image
        case .colors(let format, _): throw noLabels(path, format)
        }
    }

    /// Reads a label image as `readGray` does, and the palette that gives its values colours.
    ///
    /// - Returns: the values, and R, G, B of each of 256 values where the file has a palette; nil for a picture in colours.
    public static func readIndices(_ path: String) throws(VideoError) -> (image: GrayImage, palette: [UInt8]?)? {
        if case .indices(let image, let palette) = try readLabels(path) { (image, palette) } else { nil }
    }

    /// What a label image holds.
    public enum LabelPixels {
        /// Values as `readGray` reads them, and R, G, B of each of 256 values where the file has a palette.
        case indices(GrayImage, palette: [UInt8]?)
        /// Colours of this pixel format; opacity is 0 where a pixel is wholly transparent, whatever colour lies below, and nil for a
        /// picture without transparency.
        case colors(String, opacity: GrayImage?)
    }

    /// In label images.
    private static let noLabel: UInt8 = 255

    private static func noLabels(_ path: String, _ format: String) -> VideoError {
        VideoError(
            "\(path) is no label image: its pixels are '\(format)'.",
            remedy: "Labels are PNG files with one 8-bit channel: gray, or with a palette.")
    }

    /// Reads a label image of whichever kind it is, turned as the file says.
    ///
    /// - Throws: as `readRGB`, and where the picture has 16 bits a pixel in one channel or is a JPEG.
    public static func readLabels(_ path: String) throws(VideoError) -> LabelPixels {
        let (frame, decoder) = try decoded(path)
        // What follows reads memory that these two own.
        defer { withExtendedLifetime((frame, decoder)) {} }
        guard decoder.codecName != "mjpeg" else {
            throw VideoError(
                "\(path) is a JPEG, whatever its name says: its values are not those that were saved.",
                remedy: "Save the labels as PNG, from what they were drawn in.")
        }
        let picture = frame.avFrame.pointee
        let image = GrayImage(width: Int(picture.width), height: Int(picture.height))
        let format = AVPixelFormat(picture.format)
        let name = av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
        if format != AV_PIX_FMT_PAL8, let kind = av_pix_fmt_desc_get(format), kind.pointee.nb_components >= 3 {
            return .colors(name, opacity: opacity(picture, into: image).map(decoder.orientation.turned))
        }
        guard let source = picture.data.0 else { throw VideoError("\(path) is damaged: it holds no pixels.") }
        let (spread, transparent) = fewBits(decoder)
        try image.bytes.withPointer { start throws(VideoError) in
            for row in 0..<image.height {
                let from = source + row * Int(picture.linesize.0)
                let to = start + row * image.width
                switch format {
                case AV_PIX_FMT_PAL8: to.update(from: from, count: image.width)
                case AV_PIX_FMT_GRAY8:
                    to.update(from: from, count: image.width)
                    if spread > 1 { for column in 0..<image.width { to[column] /= spread } }
                // What was rubbed out shows nothing, whatever lies below.
                case AV_PIX_FMT_YA8:
                    for column in 0..<image.width {
                        let isClear = transparent == nil && from[2 * column + 1] == 0
                        to[column] = isClear ? noLabel : from[2 * column] / spread
                    }
                case AV_PIX_FMT_MONOBLACK:
                    for column in 0..<image.width { to[column] = from[column >> 3] >> UInt8(7 - column & 7) & 1 }
                default: throw noLabels(path, name)
                }
            }
        }
        if let transparent {
            for place in image.bytes.indices where image.bytes[place] == transparent { image.bytes[place] = noLabel }
        }
        let shown = decoder.orientation.turned(image)
        guard format == AV_PIX_FMT_PAL8, let colors = picture.data.1 else { return .indices(shown, palette: nil) }
        // 256 words of alpha, red, green and blue, in this machine's order.
        let palette = colors.withMemoryRebound(to: UInt32.self, capacity: 256) { words in
            (0..<256).flatMap { [UInt8(words[$0] >> 16 & 0xff), UInt8(words[$0] >> 8 & 0xff), UInt8(words[$0] & 0xff)] }
        }
        return .indices(shown, palette: palette)
    }

    /// Of a PNG with less than 8 bits of gray: what FFmpeg multiplies them by, to spread them over 0…255, as labels count from 0; and the
    /// value that is transparent, which FFmpeg compares with what it has spread.
    private static func fewBits(_ decoder: ImageDecoder) -> (spread: UInt8, transparent: UInt8?) {
        let file = UnsafeRawBufferPointer(decoder.file)
        guard decoder.codecName == "png", file.count > 25, file[25] == 0, file[24] < 8 else { return (1, nil) }
        let value = ExifOrientation.pngChunk("tRNS", of: file).flatMap { $0.count == 2 ? $0[1] : nil }
        return (file[24] == 2 ? 0x55 : file[24] == 4 ? 0x11 : 1, value)
    }

    /// Alpha, of 16 bits the larger byte; nil for pixels without alpha.
    private static func opacity(_ picture: AVFrame, into image: GrayImage) -> GrayImage? {
        let format = AVPixelFormat(picture.format)
        guard let kind = av_pix_fmt_desc_get(format)?.pointee, kind.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0 else { return nil }
        // The last component is alpha; a palette has it in its colours.
        let components = [kind.comp.0, kind.comp.1, kind.comp.2, kind.comp.3]
        let alpha = components[Int(kind.nb_components) - 1]
        let (start, rowBytes) =
            alpha.plane == 3 ? (picture.data.3, Int(picture.linesize.3)) : (picture.data.0, Int(picture.linesize.0))
        guard let start else { return nil }
        let (step, isDeep) = (Int(alpha.step), alpha.depth > 8)
        for row in 0..<image.height {
            let (from, to) = (start + row * rowBytes + Int(alpha.offset), row * image.width)
            for column in 0..<image.width {
                let pixel = from + column * step
                image.bytes[to + column] = isDeep ? max(pixel[0], pixel[1]) : pixel[0]
            }
        }
        guard format == AV_PIX_FMT_PAL8, let colors = picture.data.1 else { return image }
        return colors.withMemoryRebound(to: UInt32.self, capacity: 256) { words in
            for place in image.bytes.indices { image.bytes[place] = UInt8(words[Int(image.bytes[place])] >> 24) }
            return image
        }
    }

    /// Writes PNG or JPEG, as the name's extension says; the file is complete before it has its name.
    ///
    /// - Parameters:
    ///   - quality: of JPEG, 1…100.
    ///   - sync: whether the file is on the disk, rather than on its way there, when this returns.
    /// - Throws: where the extension is another one, or the file cannot be written.
    public static func write(_ image: RGBImage, to path: String, quality: Int = 95, sync: Bool = false) throws(VideoError) {
        let encoder: ImageEncoder
        switch SourceLocation.pathExtension(of: path) {
        case "png": encoder = try ImageEncoder(.png, width: image.width, height: image.height)
        case "jpg", "jpeg": encoder = try ImageEncoder(.jpeg(quality: quality), width: image.width, height: image.height)
        default: throw VideoError("Cannot write \(path): pictures are written as .png, .jpg or .jpeg.")
        }
        try encoder.encode(image) { bytes throws(VideoError) in try WholeFile.write(bytes, to: path, sync: sync) }
    }

    /// Encodes a JPEG in memory.
    ///
    /// - Parameter quality: 1…100.
    public static func jpeg(_ image: RGBImage, quality: Int) throws(VideoError) -> [UInt8] {
        var file: [UInt8] = []
        try ImageEncoder(.jpeg(quality: quality), width: image.width, height: image.height)
            .encode(image) { bytes throws(VideoError) in file = [UInt8](bytes) }
        return file
    }

    /// Encodes an 8-bit PNG in memory: gray, or with the palette given, as `write` does.
    public static func png(_ image: GrayImage, palette: [UInt8]? = nil) throws(VideoError) -> [UInt8] {
        var file: [UInt8] = []
        try ImageEncoder(palette.map { .palettePNG($0) } ?? .grayPNG, width: image.width, height: image.height)
            .encode(image) { bytes throws(VideoError) in file = [UInt8](bytes) }
        return file
    }

    /// Writes an 8-bit PNG: gray, or with the palette given.
    ///
    /// - Parameters:
    ///   - palette: R, G, B of each value from 0 on, up to 256 of them; values beyond it are black.
    ///   - sync: whether the file is on the disk, rather than on its way there, when this returns.
    /// - Throws: where the extension is another one, or the file cannot be written.
    public static func write(
        _ image: GrayImage, palette: [UInt8]? = nil, to path: String, sync: Bool = false
    ) throws(VideoError) {
        guard SourceLocation.pathExtension(of: path) == "png" else {
            throw VideoError("Cannot write \(path): label images are written as .png, which keeps their values.")
        }
        let encoder = try ImageEncoder(palette.map { .palettePNG($0) } ?? .grayPNG, width: image.width, height: image.height)
        try encoder.encode(image) { bytes throws(VideoError) in try WholeFile.write(bytes, to: path, sync: sync) }
    }
}
