/// FNV-1a with 64 bits over bytes: each step is a bijection, so no single changed byte goes unnoticed.
///
/// It finds damage; it is no protection against forgery.
struct FileChecksum: CustomStringConvertible {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
