/// How a picture file says that it is turned, in the EXIF data of PNG, WebP and TIFF.
///
/// FFmpeg reads it in JPEG files itself.
enum ExifOrientation {
    static func orientation(of file: UnsafeRawBufferPointer, _ kind: PictureKind) -> Orientation {
        let block: UnsafeRawBufferPointer?
        switch kind {
        case .tiff: block = file
        case .png, .animatedPNG: block = pngChunk("eXIf", of: file)
        case .webP: block = webPChunk(file)
        default: block = nil
        }
        return block.flatMap { TIFFTag.value(TIFFTag.orientation, in: $0) }.flatMap(Orientation.init(exif:)) ?? .upright
    }

    /// The content of a PNG's first chunk of a kind.
    static func pngChunk(_ kind: String, of file: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var position = 8
        while position + 12 <= file.count {
            let length = file.bigEndian32(at: position)
            guard position + 12 + length <= file.count else { return nil }
            if file[position + 4..<position + 8].elementsEqual(kind.utf8) {
                return UnsafeRawBufferPointer(rebasing: file[position + 8..<position + 8 + length])
            }
            position += 12 + length
        }
        return nil
    }

    private static func webPChunk(_ file: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var position = 12
        while position + 8 <= file.count {
            let length = Int(UInt32(littleEndian: file.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self)))
            guard position + 8 + length <= file.count else { return nil }
            if file[position..<position + 4].elementsEqual("EXIF".utf8) {
                let block = UnsafeRawBufferPointer(rebasing: file[position + 8..<position + 8 + length])
                // Some programs write JPEG's prefix here too.
                return block.starts(with: "Exif\0\0".utf8) ? UnsafeRawBufferPointer(rebasing: block[6...]) : block
            }
            position += 8 + length + length & 1
        }
        return nil
    }
}
