/// Amounts of memory and disk as people write them: `500MB`, `1.5GB`, `2GiB`.
///
/// Units: bytes; KB, MB, GB and TB are powers of 1000 as on a disk's box, KiB, MiB, GiB and TiB of 1024.
public enum ByteText {
    private static let units: [(name: String, bytes: Double)] = [
        ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ]

    /// Nil where the text is anything else; the unit must be there.
    public static func bytes(_ text: String) -> Int? {
        guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let number = text.dropLast(unit.name.count)
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(number) else { return nil }
        return value * unit.bytes < 1e18 ? Int(value * unit.bytes) : nil
    }

    /// The shortest way to write it, to a tenth: `500MB`, `1.5GB`.
    public static func text(_ bytes: Int) -> String {
        let unit = units[4...].last { Double(bytes) >= $0.bytes } ?? units[4]
        let tenths = (Double(bytes) / unit.bytes * 10).rounded()
        let number = tenths.truncatingRemainder(dividingBy: 10) == 0 ? String(Int(tenths / 10)) : String(tenths / 10)
        return number + unit.name
    }
}
