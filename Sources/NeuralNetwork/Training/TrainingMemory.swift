/// Floats at a fixed address, aligned to 64 bytes, zero at first.
///
/// Threading: the trainer that owns it hands it to one kernel at a time.
final class TrainingMemory {
    /// Valid as long as this object lives.
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        start = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }

    var values: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: start, count: count) }

    func clear() { start.update(repeating: 0, count: count) }
}
