import Video

extension GrayImage {
    /// Counts the pixels of each index into `counts[0..<256]`; `counts` has 1024 places. Returns the number of
    /// pixels that are not void.
    @discardableResult
    public func countClasses(_ counts: inout [Int]) -> Int {
        precondition(counts.count == 1024, "room for \(counts.count) counts")
        let bytes = bytes
        counts.withUnsafeMutableBufferPointer { counts in
            counts.update(repeating: 0)
            // Four tables, so that runs of one class do not wait for their own last addition.
            for index in bytes.indices { counts[(index & 3) &* 256 &+ Int(bytes[index])] &+= 1 }
            for index in 0..<256 { counts[index] += counts[256 + index] + counts[512 + index] + counts[768 + index] }
        }
        return width * height - counts[Int(ClassSet.void)]
    }

    /// Share of the pixels that are not void that each class has, 0…1, by its index.
    public func classShares(_ classes: Int) -> [Double] {
        var counts = [Int](repeating: 0, count: 1024)
        let pixels = countClasses(&counts)
        return counts[..<classes].map { Double($0) / Double(max(1, pixels)) }
    }
}
