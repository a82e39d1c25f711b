/// FNV-1a with 64 bits, over bytes or 32-bit words: each step is a bijection, so no single changed value goes unnoticed.
///
/// It finds damage and tells contents apart; it is no protection against forgery.
public struct Checksum: CustomStringConvertible, Equatable, Sendable {
    /// After what was combined so far.
    public var state: UInt64

    /// Of nothing yet.
    @inlinable
    public init() { state = 0xcbf2_9ce4_8422_2325 }

    /// Of bytes, each as a word of its own.
    @inlinable
    public init(_ bytes: some Sequence<UInt8>) {
        self.init()
        combine(bytes)
    }

    /// Goes on with a word.
    @inlinable
    public mutating func combine(_ word: UInt32) { state = (state ^ UInt64(word)) &* 0x100_0000_01b3 }

    /// Goes on with bytes, each as a word of its own.
    @inlinable
    public mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { combine(UInt32(byte)) }
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
