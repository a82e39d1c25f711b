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
        return block.flatMap(value(in:)).flatMap(Orientation.init(exif:)) ?? .upright
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

    /// The value of tag 0x0112 in the first directory of a TIFF block; nil where it has none.
    private static func value(in block: UnsafeRawBufferPointer) -> Int? {
        guard block.count >= 8 else { return nil }
        let isBigEndian = block[0] == UInt8(ascii: "M")
        func two(_ at: Int) -> Int {
            isBigEndian ? Int(block[at]) << 8 | Int(block[at + 1]) : Int(block[at + 1]) << 8 | Int(block[at])
        }
        func four(_ at: Int) -> Int { isBigEndian ? two(at) << 16 | two(at + 2) : two(at + 2) << 16 | two(at) }
        let directory = four(4)
        guard directory + 2 <= block.count else { return nil }
        for entry in 0..<two(directory) {
            let at = directory + 2 + 12 * entry
            guard at + 12 <= block.count else { return nil }
            if two(at) == 0x0112 { return two(at + 8) }
        }
        return nil
    }
}
