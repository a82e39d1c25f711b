/// Stretches of an MP4 or MOV of fragments that hold none, with others behind them: what a card has lost of a recording.
///
/// FFmpeg takes such a stretch for the rest of the file.
enum FragmentHoles {
    private typealias Box = TopBoxes.Box

    /// Units: bytes that are searched at once.
    private static let step: Int64 = 1 << 20
    /// Units: bytes of an index that are looked at.
    private static let mostOfIndex: Int64 = 1 << 20

    /// Shows each to FFmpeg as a box that is to be skipped.
    static func bridge(in input: FileInput) {
        guard input.isSeekable, input.bytes(at: 4, count: 4).elementsEqual("ftyp".utf8) else { return }
        var position: Int64 = 0
        var isFragmented = false
        let size = input.size
        while position + 8 <= size {
            if let box = TopBoxes.box(at: position, in: input), isSound(box, input, size) {
                if !isFragmented { isFragmented = box.kind == "moof" || box.kind == "moov" && promisesFragments(box, input) }
                position = box.end
            } else {
                guard isFragmented, let next = fragment(after: position, in: input, size) else { return }
                input.skip(position..<next)
                position = next
            }
        }
    }

    private static func promisesFragments(_ index: Box, _ input: FileInput) -> Bool {
        let bytes = input.bytes(at: index.start, count: Int(min(index.end - index.start, mostOfIndex)))
        return bytes.firstRange(of: Array("mvex".utf8)) != nil
    }

    private static func isSound(_ box: Box, _ input: FileInput, _ size: Int64) -> Bool {
        guard box.end >= box.start + 8, box.end <= size, box.kind.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            return false
        }
        guard box.kind == "moof" else { return true }
        // Its own boxes fill it.
        var position = box.start + 8
        while let inner = TopBoxes.box(at: position, in: input), inner.end >= position + 8, inner.end <= box.end {
            if position == box.start + 8, inner.kind != "mfhd" { return false }
            position = inner.end
            if position == box.end { return true }
        }
        return false
    }

    /// Where the next sound fragment begins, at least a box's head behind `position`. Units: bytes of the file.
    private static func fragment(after position: Int64, in input: FileInput, _ size: Int64) -> Int64? {
        let kind = Array("moof".utf8)
        var from = position + 12
        while from + 4 <= size {
            // The last bytes come again, as the word may lie across the border.
            let bytes = input.bytes(at: from, count: Int(min(step, size - from)))
            for place in bytes.indices.dropLast(3) where bytes[place] == kind[0] && bytes[place..<place + 4].elementsEqual(kind) {
                let start = from + Int64(place) - 4
                if let box = TopBoxes.box(at: start, in: input), isSound(box, input, size) { return start }
            }
            guard bytes.count > 3 else { return nil }
            from += Int64(bytes.count - 3)
        }
        return nil
    }
}
