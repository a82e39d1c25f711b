/// Memory that grows to the largest size asked for and is used again and again.
///
/// Threading: one thread at a time.
final class ScratchMemory {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// At least so many bytes, whose values are left over from the last use.
    func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if memory.count < count {
            memory.deallocate()
            memory = .allocate(byteCount: count, alignment: 64)
        }
        return memory.assumingMemoryBound(to: UInt8.self).baseAddress!
    }
}
