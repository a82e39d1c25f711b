/// Values of a TIFF's first directory, which EXIF data has too.
enum TIFFTag {
    static let compression = 0x0103
    static let orientation = 0x0112
    private static let dngVersion = 0xc612

    /// A 16-bit value; nil where the directory has none of it.
    static func value(_ tag: Int, in block: UnsafeRawBufferPointer) -> Int? {
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
            if two(at) == tag { return two(at + 8) }
        }
        return nil
    }

    /// How a file is compressed that FFmpeg does not read; nil where it does, or says itself that it does not.
    ///
    /// JPEG in a TIFF it takes for read, and gives pixels that nobody has written; but that of a camera's raw pictures it reads.
    static func unreadCompression(of file: UnsafeRawBufferPointer) -> String? {
        switch value(compression, in: file) {
        case 6, 7: value(dngVersion, in: file) == nil ? "JPEG" : nil
        case 50000: "Zstandard"
        case 50001: "WebP"
        case 34712, 33003, 33005: "JPEG 2000"
        case 34887, 34888: "LERC"
        default: nil
        }
    }
}
