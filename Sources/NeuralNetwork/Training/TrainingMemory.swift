import CKernels

/// Floats at a fixed address, aligned to 64 bytes, zero at first.
///
/// Threading: the trainer that owns it hands it to one kernel at a time.
final class TrainingMemory {
    /// Valid as long as this object lives.
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        start = ct_allocate(count)
    }

    deinit { ct_free(start) }

    var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: start, count: count) }

    func clear() { start.update(repeating: 0, count: count) }
}
