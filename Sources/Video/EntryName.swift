import Files
import Foundation

/// The name of an entry of a folder, which may hold any bytes.
struct EntryName {
    /// Bytes that are no UTF-8 are replaced.
    let text: String
    /// Whether the text leads to the entry.
    let isReadable: Bool

    /// The visible entries in the order in which people expect them, the chapters of one drive together.
    static func all(in folder: String) throws(VideoError) -> [EntryName] {
        guard let names = visible(in: folder) else {
            throw VideoError("Cannot look into \(folder): \(String(cString: strerror(errno))).")
        }
        let keys = names.map { sortKey($0.text) }
        return names.indices.sorted { NaturalOrder.precedes(keys[$0], keys[$1]) }.map { names[$0] }
    }

    /// The visible entries in no order; nil, with the reason in `errno`, where the folder cannot be read.
    static func visible(in folder: String) -> [EntryName]? {
        FolderNames.bytes(in: folder)?.filter { $0.first != UInt8(ascii: ".") }.map { bytes in
            EntryName(
                text: String(decoding: bytes, as: UTF8.self), isReadable: String(validating: bytes, as: UTF8.self) != nil)
        }
    }

    /// GoPro numbers the chapter before the drive: GX010002, GX020002 are one drive and belong together.
    private static func sortKey(_ name: String) -> String {
        let bytes = Array(name.utf8)
        guard bytes.count > 8, bytes[8] == UInt8(ascii: "."), bytes[0] == UInt8(ascii: "G"),
            [UInt8(ascii: "X"), UInt8(ascii: "H"), UInt8(ascii: "P"), UInt8(ascii: "L")].contains(bytes[1]),
            bytes[2..<8].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return name }
        let (kind, chapter, drive) = (name.prefix(2), name.dropFirst(2).prefix(2), name.dropFirst(4).prefix(4))
        return "\(kind)\(drive)-\(chapter)\(name.dropFirst(8))"
    }
}
