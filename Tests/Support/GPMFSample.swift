import Foundation

/// Payloads as GoPro's cameras write them.
public enum GPMFSample {
    /// A stream of items in a device.
    public static func payload(_ items: [[UInt8]]) -> [UInt8] { box("DEVC", box("STRM", items.flatMap { $0 })) }

    /// Whole numbers of four bytes, `size` bytes a row.
    public static func item(_ key: String, _ type: Character, _ size: Int, _ numbers: [Int]) -> [UInt8] {
        item(key, type, size, numbers.flatMap { bytes(UInt32(truncatingIfNeeded: $0)) })
    }

    public static func item(_ key: String, _ type: Character, _ text: String) -> [UInt8] {
        item(key, type, text.utf8.count, Array(text.utf8))
    }

    public static func item(_ key: String, _ type: Character, _ size: Int, _ data: [UInt8]) -> [UInt8] {
        head(key, type.asciiValue ?? 0, size, data.count / size) + padded(data)
    }

    private static func box(_ key: String, _ data: [UInt8]) -> [UInt8] { head(key, 0, 1, data.count) + padded(data) }

    private static func head(_ key: String, _ type: UInt8, _ size: Int, _ count: Int) -> [UInt8] {
        Array(key.utf8) + [type, UInt8(size)] + bytes(UInt16(count))
    }

    private static func padded(_ data: [UInt8]) -> [UInt8] { data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4) }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
}
