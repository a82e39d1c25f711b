import Video

/// From which confidence on each class's pixels get a pseudo-label: as the confidences of a sample of pictures are, no class is
/// starved and none swamps the others.
///
/// Source: Zou et al., *Unsupervised domain adaptation for semantic segmentation via class-balanced self-training* (2018).
package struct ClassThresholds {
    /// Pixels that were taken for a class, by their confidence. Shape: classes × 256.
    package private(set) var counts: [[Int]]

    package init(classes: Int) { counts = Array(repeating: Array(repeating: 0, count: 256), count: classes) }

    package mutating func add(_ map: PixelValues<UInt8>, _ confidence: PixelValues<UInt8>) {
        for pixel in map.indices { counts[Int(map[pixel])][Int(confidence[pixel])] += 1 }
    }

    /// Least confidences, 0…255; 256 keeps nothing of a class.
    ///
    /// - Parameters:
    ///   - usual: the least confidences of classes that nothing is wrong with.
    ///   - leastShare: of each class's pixels, 0…1, that are kept even below it, the most confident ones.
    ///   - mostTimes: what a class's share of the kept pixels may be of its share in `labeled`.
    ///   - labeled: each class's share of the labeled pixels.
    package func values(usual: [Int], leastShare: Double?, mostTimes: Double?, labeled: [Double]) -> [Int] {
        var values = zip(counts, usual).map { own, least in
            guard let leastShare else { return least }
            // A confidence of 0 is none.
            return max(1, min(least, Self.lowest(own, keepingAtLeast: leastShare * Double(own.reduce(0, +)))))
        }
        guard let mostTimes else { return values }
        let kept = zip(counts, values).map { own, value in own[min(value, 256)...].reduce(0, +) }
        let all = Double(kept.reduce(0, +))
        for label in values.indices {
            let most = mostTimes * labeled[label] * all
            if Double(kept[label]) > most { values[label] = max(values[label], Self.lowest(counts[label], keepingAtMost: most)) }
        }
        return values
    }

    private static func lowest(_ counts: [Int], keepingAtLeast least: Double) -> Int {
        var kept = 0
        for value in (0..<256).reversed() {
            kept += counts[value]
            if Double(kept) >= least { return value }
        }
        return 0
    }

    private static func lowest(_ counts: [Int], keepingAtMost most: Double) -> Int {
        var kept = 0
        for value in (0..<256).reversed() {
            kept += counts[value]
            if Double(kept) > most { return value + 1 }
        }
        return 0
    }
}
