import Files

/// The checksum of weights: names, shapes and the bits of every value.
extension Checksum {
    mutating func combine(_ text: String) {
        combine(UInt32(truncatingIfNeeded: text.utf8.count))
        combine(text.utf8)
    }

    mutating func combine(_ tensors: [String: Tensor]) {
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            combine(name)
            combine(UInt32(truncatingIfNeeded: tensor.shape.count))
            for extent in tensor.shape { combine(UInt32(truncatingIfNeeded: extent)) }
            for value in tensor.values { combine(value.bitPattern) }
        }
    }
}
