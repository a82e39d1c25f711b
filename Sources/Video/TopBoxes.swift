/// The boxes of which an MP4 or MOV consists, or one of them, in order, by their heads alone. Ends where one does not fit.
struct TopBoxes: Sequence, IteratorProtocol {
    struct Box {
        /// Such as `moov`.
        var kind: String
        /// Units: bytes of the file; the end may lie behind that of a file that was cut off.
        var start: Int64
        var end: Int64
    }

    /// Real files have a handful; fragments are left to FFmpeg.
    private static let most = 1000

    private let input: FileInput
    private let end: Int64
    private var position: Int64
    private var count = 0

    init(_ input: FileInput) { (self.input, position, end) = (input, 0, input.size) }

    /// - Parameter box: one of short length that consists of boxes.
    init(_ input: FileInput, in box: Box) {
        (self.input, position, end) = (input, box.start + 8, Swift.min(box.end, input.size))
    }

    mutating func next() -> Box? {
        guard position + 8 <= end, count < Self.most, let box = Self.box(at: position, in: input, before: end) else { return nil }
        (position, count) = (box.end < position + 8 || box.end == .max ? end : box.end, count + 1)
        return box
    }

    /// The box whose head stands there; nil where none fits. One that is shorter than its own head is none that can be.
    ///
    /// - Parameter limit: where what it lies in ends, which a last box may go on to; the file's end where nothing is given.
    static func box(at position: Int64, in input: FileInput, before limit: Int64? = nil) -> Box? {
        let head = input.bytes(at: position, count: 16)
        guard head.count >= 8 else { return nil }
        var length = head.withUnsafeBytes { Int64($0.bigEndian32(at: 0)) }
        if length == 1 && head.count == 16 {
            length = head.withUnsafeBytes { Int64($0.bigEndian32(at: 8)) << 32 | Int64($0.bigEndian32(at: 12)) }
        }
        // The last one may say no more than that it goes on to the end.
        if length == 0 { length = (limit ?? input.size) - position }
        let (end, overflow) = position.addingReportingOverflow(length)
        return Box(kind: String(decoding: head[4..<8], as: UTF8.self), start: position, end: overflow ? .max : end)
    }
}
