/// Files that hold other files. In one that is not compressed FFmpeg finds the video, and calls the rest damage.
enum PackedFile {
    /// What it is, for people; nil of what is none.
    static func kind(_ input: FileInput) -> String? {
        guard input.isSeekable else { return nil }
        let head = input.bytes(at: 0, count: 512)
        func holds(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
            head.count >= offset + bytes.count && head[offset..<offset + bytes.count].elementsEqual(bytes)
        }
        func says(_ word: String, at offset: Int = 0) -> Bool { holds(Array(word.utf8), at: offset) }
        if says("ustar", at: 257) { return "a tar archive" }
        if says("PK\u{3}\u{4}") { return "a zip archive" }
        if holds([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]) { return "a 7z archive" }
        if says("Rar!\u{1a}\u{7}") { return "a rar archive" }
        let packed: [[UInt8]] = [[0x1f, 0x8b, 0x08], [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], [0x28, 0xb5, 0x2f, 0xfd]]
        if packed.contains(where: { holds($0) }) || says("BZh") { return "a compressed file" }
        let isFileSystem = says("EXFAT   ", at: 3) || says("NTFS    ", at: 3) || says("FAT", at: 82) || says("FAT", at: 54)
        if holds([0x55, 0xaa], at: 510), isFileSystem { return "the image of a disk" }
        return input.bytes(at: 0x8001, count: 5).elementsEqual("CD001".utf8) ? "the image of a disk" : nil
    }
}
