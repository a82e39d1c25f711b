/// The values of a picture's pixels, which live as long as the picture or any copy of this view does: a loop over the pixels of
/// a picture that nobody holds any more reads what it says.
///
/// Copies show the same values. Loops over many pixels take a copy first (`let bytes = image.bytes`), so that the owner is not
/// counted for each of them. Indices are only checked in debug builds.
// Safe to send: as the picture itself, one owner at a time.
public struct PixelValues<Element: BitwiseCopyable>: RandomAccessCollection, MutableCollection, @unchecked Sendable {
    @usableFromInline let memory: PixelMemory
    @usableFromInline let all: UnsafeMutableBufferPointer<Element>

    public init(count: Int, filledWith value: Element) {
        memory = PixelMemory(byteCount: count * MemoryLayout<Element>.stride)
        all = memory.bytes.bindMemory(to: Element.self)
        all.initialize(repeating: value)
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { all.count }

    @inlinable
    public subscript(index: Int) -> Element {
        get { withExtendedLifetime(memory) { all[index] } }
        nonmutating set { withExtendedLifetime(memory) { all[index] = newValue } }
    }

    /// Lends the address of the first value; it is valid only inside of `body`.
    @inlinable
    public func withPointer<Value, Failure: Error>(
        _ body: (UnsafeMutablePointer<Element>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(memory) {} }
        return try body(all.baseAddress!)
    }

    @inlinable
    public func withContiguousStorageIfAvailable<Value>(
        _ body: (UnsafeBufferPointer<Element>) throws -> Value
    ) rethrows -> Value? {
        try withExtendedLifetime(memory) { try body(UnsafeBufferPointer(all)) }
    }

    /// Makes all values, or those of `range`, the same.
    public func fill(_ range: Range<Int>? = nil, with value: Element) {
        withExtendedLifetime(memory) { all[range ?? 0..<all.count].update(repeating: value) }
    }

    /// Copies the values of a picture of the same size.
    public func copy(_ other: PixelValues) {
        precondition(other.count == count, "\(other.count) values for \(count)")
        withPointer { to in other.withPointer { from in to.update(from: from, count: count) } }
    }
}

/// Memory for pixels on a cache line, with room behind it: SIMD readers of FFmpeg look a few bytes past a row's end.
@usableFromInline
final class PixelMemory {
    private static let room = 64
    private let all: UnsafeMutableRawBufferPointer

    init(byteCount: Int) { all = .allocate(byteCount: byteCount + Self.room, alignment: 64) }

    /// Without the room behind them.
    var bytes: UnsafeMutableRawBufferPointer { .init(rebasing: all[..<(all.count - Self.room)]) }

    deinit { all.deallocate() }
}

extension Optional {
    /// Lends the address of the first value, nil where there are none; it is valid only inside of `body`.
    @inlinable
    public func withPointer<Element, Value, Failure: Error>(
        _ body: (UnsafeMutablePointer<Element>?) throws(Failure) -> Value
    ) throws(Failure) -> Value where Wrapped == PixelValues<Element> {
        guard let self else { return try body(nil) }
        return try self.withPointer { start throws(Failure) in try body(start) }
    }
}
