import Foundation

/// Zeroed floats at a cache line's boundary, freed with the object.
///
/// Threading: owned by one plan or trainer, which decides who writes where.
// Safe to send: the memory lives as long as the object and is only reached through its owner.
final class AlignedBuffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        memset(raw, 0, bytes)
        pointer = raw.assumingMemoryBound(to: Float.self)
    }

    deinit { pointer.deallocate() }
}
