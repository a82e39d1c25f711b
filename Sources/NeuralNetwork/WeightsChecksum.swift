/// FNV-1a with 64 bits of state, fed with 32-bit words: each step is a bijection, so no single changed value goes unnoticed.
///
/// It finds damage and tells files apart; it is not cryptographic.
struct WeightsChecksum: CustomStringConvertible {
    private(set) var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ word: UInt32) {
        state = (state ^ UInt64(word)) &* 0x100_0000_01b3
    }

    mutating func combine(_ text: String) {
        combine(UInt32(truncatingIfNeeded: text.utf8.count))
        for byte in text.utf8 { combine(UInt32(byte)) }
    }

    mutating func combine(_ tensors: [String: Tensor]) {
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            combine(name)
            combine(UInt32(truncatingIfNeeded: tensor.shape.count))
            for extent in tensor.shape { combine(UInt32(truncatingIfNeeded: extent)) }
            for value in tensor.values { combine(value.bitPattern) }
        }
    }

    var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
