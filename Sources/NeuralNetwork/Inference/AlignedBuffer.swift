import Glibc

/// Zeroed floats, freed with the object; large ones in huge pages where the system has them, since Winograd's planes
/// touch more small pages than a CPU keeps addresses of.
///
/// Threading: owned by one plan or trainer, which decides who writes where.
// Safe to send: the memory lives as long as the object and is only reached through its owner.
final class AlignedBuffer: @unchecked Sendable {
    private static let hugePage = 2 << 20

    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = bytes >= Self.hugePage / 2
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
        if isLarge { madvise(raw, (bytes + 4095) & ~4095, MADV_HUGEPAGE) }
        memset(raw, 0, bytes)
        pointer = raw.assumingMemoryBound(to: Float.self)
    }

    deinit { pointer.deallocate() }
}
