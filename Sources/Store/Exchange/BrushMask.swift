import RoadScenes
import Video

/// Label Studio's brush masks: RGBA pixels as packed runs.
///
/// Source: `label_studio_converter/brush.py`, after the format of @thi.ng/rle-pack.
enum BrushMask {
    /// Bits of a run's length in its four sizes.
    private static let sizes = [3, 4, 8, 16]

    /// The pixels of one class; nil where it has none.
    static func encode(_ labels: GrayImage, _ label: UInt8) -> [UInt8]? {
        guard labels.bytes.contains(label) else { return nil }
        var bits = BitWriter()
        bits.write(labels.width * labels.height * 4, 32)
        bits.write(7, 5)
        for size in sizes { bits.write(size - 1, 4) }
        var (run, isInside) = (0, labels.bytes[0] == label)
        func flush() {
            var rest = run * 4
            while rest > 0 {
                let length = min(rest, 1 << sizes[3])
                let size = sizes.firstIndex { length <= 1 << $0 }!
                bits.write(1, 1)
                bits.write(size, 2)
                bits.write(length - 1, sizes[size])
                bits.write(isInside ? 255 : 0, 8)
                rest -= length
            }
        }
        for value in labels.bytes {
            if (value == label) != isInside {
                flush()
                (run, isInside) = (0, value == label)
            }
            run += 1
        }
        flush()
        return bits.bytes
    }

    /// Gives the pixels that are more than half opaque a label.
    ///
    /// - Returns: false where the bytes are no mask of a picture of this size.
    static func paint(_ bytes: [UInt8], _ label: UInt8, into labels: GrayImage) -> Bool {
        var bits = BitReader(bytes)
        let all = labels.width * labels.height * 4
        guard bits.read(32) == all, let word = bits.read(5).map({ $0 + 1 }), word <= 16 else { return false }
        var sizes: [Int] = []
        for _ in 0..<4 {
            guard let size = bits.read(4) else { return false }
            sizes.append(size + 1)
        }
        var place = 0
        func put(_ value: Int, _ count: Int) -> Bool {
            guard count <= all - place else { return false }
            if value > 127 { for index in place..<place + count where index & 3 == 3 { labels.bytes[index >> 2] = label } }
            place += count
            return true
        }
        while place < all {
            guard let isRun = bits.read(1), let size = bits.read(2), let length = bits.read(sizes[size]).map({ $0 + 1 }) else {
                return false
            }
            if isRun == 1 {
                guard let value = bits.read(word), put(value, length) else { return false }
            } else {
                for _ in 0..<length { guard let value = bits.read(word), put(value, 1) else { return false } }
            }
        }
        return true
    }
}

/// Numbers of any number of bits, the highest bit first.
private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var used = 8

    mutating func write(_ value: Int, _ count: Int) {
        for bit in stride(from: count - 1, through: 0, by: -1) {
            if used == 8 {
                bytes.append(0)
                used = 0
            }
            bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << UInt8(7 - used)
            used += 1
        }
    }
}

private struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil at the end.
    mutating func read(_ count: Int) -> Int? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(bytes[position >> 3] >> UInt8(7 - position & 7) & 1)
            position += 1
        }
        return value
    }
}
