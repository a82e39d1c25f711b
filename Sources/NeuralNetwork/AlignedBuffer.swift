import Glibc

/// Zeroed floats. Large ones have a mapping of their own, which goes back to the system with the object, in huge pages where
/// there are any, since Winograd's planes touch more small pages than a CPU keeps addresses of.
///
/// Threading: owned by one plan or trainer, which decides who writes where.
// Safe to send: the memory lives as long as the object and is only reached through its owner.
final class AlignedBuffer: @unchecked Sendable {
    private static let hugePage = 2 << 20

    /// Aligned to 64 bytes; valid as long as this object lives.
    let start: UnsafeMutablePointer<Float>
    let count: Int
    /// Empty where the memory is the allocator's.
    private let mapping: UnsafeMutableRawBufferPointer

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let raw: UnsafeMutableRawPointer
        if bytes >= Self.hugePage / 2 {
            mapping = Self.map(bytes + Self.hugePage)
            raw = mapping.baseAddress!.alignedUp(toMultipleOf: Self.hugePage)
            madvise(raw, (bytes + 4095) & ~4095, MADV_HUGEPAGE)
        } else {
            mapping = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        }
        // Mapped memory is zero already: this makes its pages now, not in the first frame.
        memset(raw, 0, bytes)
        start = raw.assumingMemoryBound(to: Float.self)
    }

    deinit {
        if let address = mapping.baseAddress {
            munmap(address, mapping.count)
        } else {
            start.deallocate()
        }
    }

    var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: start, count: count) }

    func clear() { start.update(repeating: 0, count: count) }

    private static func map(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != MAP_FAILED else {
            // Plans and trainers ask before; another program has been faster.
            let message = "Error: the system has no \(bytes) bytes of memory any more.\n"
            _ = message.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            exit(1)
        }
        return UnsafeMutableRawBufferPointer(start: start, count: bytes)
    }
}
