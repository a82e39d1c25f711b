/// Values of a TIFF's directories, which EXIF data has too.
struct TIFFTag {
    static let compression = 0x0103
    static let orientation = 0x0112
    private static let kind = 0x00fe
    private static let dngVersion = 0xc612
    /// So many directories are looked through: their chain may be a circle.
    private static let mostDirectories = 100

    private let block: UnsafeRawBufferPointer
    private let isBigEndian: Bool

    private init?(_ block: UnsafeRawBufferPointer) {
        guard block.count >= 8 else { return nil }
        (self.block, isBigEndian) = (block, block[0] == UInt8(ascii: "M"))
    }

    /// A 16-bit value of the first directory; nil where that has none of it.
    static func value(_ tag: Int, in block: UnsafeRawBufferPointer) -> Int? {
        TIFFTag(block).flatMap { $0.value(tag, inDirectoryAt: $0.four(4)) }
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

    /// How many pictures a file holds, apart from smaller ones and masks of these.
    static func pictures(in file: UnsafeRawBufferPointer) -> Int {
        guard let tags = TIFFTag(file) else { return 0 }
        var (count, directory, seen) = (0, tags.four(4), 0)
        while directory > 0, directory + 2 <= file.count, seen < mostDirectories {
            seen += 1
            // Bit 0 is a smaller copy, bit 2 a mask.
            if (tags.value(kind, inDirectoryAt: directory) ?? 0) & 5 == 0 { count += 1 }
            let next = directory + 2 + 12 * tags.two(directory)
            directory = next + 4 <= file.count ? tags.four(next) : 0
        }
        return count
    }

    private func value(_ tag: Int, inDirectoryAt directory: Int) -> Int? {
        guard directory + 2 <= block.count else { return nil }
        for entry in 0..<two(directory) {
            let at = directory + 2 + 12 * entry
            guard at + 12 <= block.count else { return nil }
            // A value of type 4 has 32 bits; the others that are asked for have 16.
            if two(at) == tag { return two(at + 2) == 4 ? four(at + 8) : two(at + 8) }
        }
        return nil
    }

    private func two(_ at: Int) -> Int {
        isBigEndian ? Int(block[at]) << 8 | Int(block[at + 1]) : Int(block[at + 1]) << 8 | Int(block[at])
    }

    private func four(_ at: Int) -> Int { isBigEndian ? two(at) << 16 | two(at + 2) : two(at + 2) << 16 | two(at) }
}
