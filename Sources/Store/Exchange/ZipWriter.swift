/// A zip archive of files as they are, which is what upload forms ask for. Pictures would not get smaller.
///
/// Source: PKWARE, *APPNOTE*, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipWriter {
    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ content: [UInt8]) throws(StoreError) {
        guard count < 65535, bytes.count + content.count < 2_000_000_000 else {
            throw StoreError("The archive grows beyond 2 GB or 65535 files.", remedy: "Export fewer frames at once.")
        }
        let name = Array(name.utf8)
        // Version 2.0, UTF-8 names, stored, 1980-01-01.
        let common: [UInt8] =
            Self.little(20, 2) + Self.little(0x800, 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0x21, 2)
            + Self.little(Int(Self.checksum(content)), 4) + Self.little(content.count, 4) + Self.little(content.count, 4)
            + Self.little(name.count, 2) + Self.little(0, 2)
        directory += [0x50, 0x4b, 1, 2] + Self.little(20, 2) + common + Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 2)
        directory += Self.little(0, 4) + Self.little(bytes.count, 4) + name
        bytes += [0x50, 0x4b, 3, 4] + common + name + content
        count += 1
    }

    /// The whole archive.
    var archive: [UInt8] {
        bytes + directory + [0x50, 0x4b, 5, 6] + Self.little(0, 2) + Self.little(0, 2) + Self.little(count, 2)
            + Self.little(count, 2) + Self.little(directory.count, 4) + Self.little(bytes.count, 4) + Self.little(0, 2)
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }
}
