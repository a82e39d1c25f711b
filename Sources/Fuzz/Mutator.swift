import NeuralNetwork

/// Makes damaged inputs out of whole ones: input `number` of a seed is the same on every machine.
struct Mutator {
    let samples: [[UInt8]]
    /// Words that the surface knows, which chance would hardly find.
    let words: [[UInt8]]
    let seed: UInt64

    /// Units: bytes; longer ones are slow and find nothing else.
    private static let largest = 1 << 20
    private static let numbers = [
        "0", "-1", "1", "255", "256", "65536", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551616", "1e18", "1e19", "1e309", "-1e309", "1e-320", "0.5", "nan", "inf", "0x10",
        "",
    ].map { [UInt8]($0.utf8) }
    private static let edges: [UInt64] = [
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000, .max,
    ]

    /// The samples come first, as they are.
    func input(_ number: Int) -> [UInt8] {
        if samples.indices.contains(number) { return samples[number] }
        var random = SplitMix64(seed: seed, number)
        var bytes = samples.isEmpty ? [] : samples[random.index(samples.count)]
        for _ in 0...(random.chance(0.5) ? 0 : random.index(6)) { change(&bytes, &random) }
        return Array(bytes.prefix(Self.largest))
    }

    private func change(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else {
            bytes = (0..<random.index(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return
        }
        switch random.index(13) {
        case 0: bytes[random.index(bytes.count)] ^= 1 << UInt8(random.index(8))
        case 1: bytes[random.index(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
        case 2: overwrite(&bytes, &random)
        case 3: bytes.removeSubrange(range(in: bytes, &random))
        case 4:
            let piece = bytes[range(in: bytes, &random)]
            bytes.insert(contentsOf: piece, at: random.index(bytes.count + 1))
        case 5:
            let noise = (0...random.index(16)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes.insert(contentsOf: noise, at: random.index(bytes.count + 1))
        case 6: insertWord(&bytes, &random)
        case 7: replaceRun(&bytes, &random, with: Self.numbers[random.index(Self.numbers.count)]) { (48...57).contains($0) }
        case 8: bytes.removeLast(random.index(bytes.count))
        case 9: splice(&bytes, &random)
        case 10: repeatPiece(&bytes, &random)
        case 11: repeatLine(&bytes, &random)
        default:
            guard !words.isEmpty else { return }
            let isLetter = { (byte: UInt8) in (97...122).contains(byte | 32) || byte == 95 }
            replaceRun(&bytes, &random, with: words[random.index(words.count)], of: isLetter)
        }
    }

    /// Short ones more often than long ones.
    private func range(in bytes: [UInt8], _ random: inout SplitMix64) -> Range<Int> {
        let start = random.index(bytes.count)
        let length = 1 + random.index(random.chance(0.7) ? min(16, bytes.count) : bytes.count)
        return start..<min(bytes.count, start + length)
    }

    /// A number at the edge of what fits, in either order of bytes.
    private func overwrite(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let value = Self.edges[random.index(Self.edges.count)]
        let width = [1, 2, 4, 8][random.index(4)]
        let start = random.index(bytes.count)
        let isBig = random.chance(0.5)
        for place in 0..<min(width, bytes.count - start) {
            let shift = 8 * UInt64(isBig ? width - 1 - place : place)
            bytes[start + place] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    private func insertWord(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !words.isEmpty else { return }
        bytes.insert(contentsOf: words[random.index(words.count)], at: random.index(bytes.count + 1))
    }

    /// Another text in place of a number or a word.
    private func replaceRun(
        _ bytes: inout [UInt8], _ random: inout SplitMix64, with text: [UInt8], of isMember: (UInt8) -> Bool
    ) {
        guard let first = bytes[random.index(bytes.count)...].firstIndex(where: isMember) else { return }
        let end = bytes[first...].firstIndex { !isMember($0) } ?? bytes.endIndex
        bytes.replaceSubrange(first..<end, with: text)
    }

    /// The end of another sample after a beginning of this one.
    private func splice(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let other = samples[random.index(samples.count)]
        guard !other.isEmpty else { return }
        bytes.removeLast(random.index(bytes.count))
        bytes += other[random.index(other.count)...]
    }

    /// What nests, nests deep.
    private func repeatPiece(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let start = random.index(bytes.count)
        let piece = bytes[start..<min(bytes.count, start + 1 + random.index(8))]
        let times = 1 << random.index(14)
        bytes.insert(contentsOf: repeatElement(piece, count: times).joined(), at: start)
    }

    private func repeatLine(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        var changed = lines
        changed.insert(lines[random.index(lines.count)], at: random.index(lines.count + 1))
        if random.chance(0.5) { changed.remove(at: random.index(changed.count)) }
        bytes = Array(changed.joined(separator: [10]))
    }
}
