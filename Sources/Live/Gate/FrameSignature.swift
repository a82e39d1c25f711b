import Video

/// A small gray picture of a frame, by which frames are told apart.
///
/// Shape: 12 rows of 16 bytes.
public enum FrameSignature {
    static let width = 16
    static let height = 12

    /// Means over the frame's tiles.
    public static func of(_ frame: RGBImage) -> [UInt8] { frame.luminance(columns: width, rows: height).map { UInt8($0) } }

    /// Mean absolute difference, 0…1; 1 for signatures of another shape.
    public static func difference(_ first: [UInt8], _ second: [UInt8]) -> Double {
        guard first.count == second.count, !first.isEmpty else { return 1 }
        var sum = 0
        for index in first.indices { sum += abs(Int(first[index]) - Int(second[index])) }
        return Double(sum) / Double(first.count * 255)
    }

    /// The difference to the most similar of them; nil where there are none.
    public static func nearest(_ signature: [UInt8], _ others: some Sequence<[UInt8]>) -> Double? {
        others.lazy.map { difference(signature, $0) }.min()
    }
}
