/// Goes through items of GPMF: a key of four letters, a type, a size, how many there are, and their bytes, all big-endian. Ends where an
/// item does not fit.
struct GPMFReader: Sequence, IteratorProtocol {
    struct Item {
        let key: String
        /// The letter of its values' type; 0 for a box of items.
        let type: UInt8
        /// Units: bytes of one of them.
        let size: Int
        let data: UnsafeBufferPointer<UInt8>

        var text: String { String(decoding: data, as: UTF8.self) }

        /// Whole numbers of its type; none where they are of another.
        var numbers: [Int] {
            switch type {
            case UInt8(ascii: "l"), UInt8(ascii: "L"):
                rows(of: [4]).map { type == UInt8(ascii: "L") ? $0[0] & 0xffff_ffff : $0[0] }
            case UInt8(ascii: "s"), UInt8(ascii: "S"): rows(of: [2]).map { type == UInt8(ascii: "S") ? $0[0] & 0xffff : $0[0] }
            default: []
            }
        }

        /// Rows of numbers with a sign, of so many bytes each; none where its size is another.
        func rows(of widths: [Int]) -> [[Int]] {
            guard size > 0, size == widths.reduce(0, +) || widths.count == 1 && size % widths[0] == 0 else { return [] }
            let row = widths.reduce(0, +)
            return stride(from: 0, to: data.count - data.count % row, by: row).map { start in
                var place = start
                return widths.map { width in
                    defer { place += width }
                    let bits = data[place..<place + width].reduce(0) { $0 << 8 | Int($1) }
                    return bits >= 1 << (8 * width - 1) ? bits - 1 << (8 * width) : bits
                }
            }
        }
    }

    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    mutating func next() -> Item? {
        let head = rest.prefix(8)
        guard head.count == 8, head[head.startIndex] != 0 else { return nil }
        let start = head.startIndex
        let size = Int(head[start + 5])
        let length = size * (Int(head[start + 6]) << 8 | Int(head[start + 7]))
        guard rest.count - 8 >= length else { return nil }
        let data = UnsafeBufferPointer(rebasing: rest.dropFirst(8).prefix(length))
        // They begin at multiples of four.
        rest = rest.dropFirst(8 + (length + 3) / 4 * 4)
        return Item(key: String(decoding: head.prefix(4), as: UTF8.self), type: head[start + 4], size: size, data: data)
    }
}
