/// The packets of an MPEG transport stream, which all have one length.
enum TransportPackets {
    private static let sync: UInt8 = 0x47
    private static let bytes = 188
    /// From packet to packet: plain, with a time before each as in M2TS, with a checksum behind each.
    private static let steps = [188, 192, 204]
    /// So many in a row are no chance.
    private static let fewest = 5

    /// Whether a file ends within one, as where a copy of it was cut off. Other bytes may follow the last packet.
    static func endsWithinOne(_ input: FileInput) -> Bool {
        let head = input.bytes(at: 0, count: steps.last! * fewest)
        for step in steps where head.count >= step * fewest {
            let places = 0..<fewest - 1
            guard let first = (0..<step).first(where: { start in places.allSatisfy { head[start + $0 * step] == sync } }) else {
                continue
            }
            let rest = Int((input.size - Int64(first)) % Int64(step))
            guard (1..<bytes).contains(rest) else { return false }
            let last = input.bytes(at: input.size - Int64(rest + step), count: step + 1)
            return last.first == sync && last.last == sync
        }
        return false
    }
}
