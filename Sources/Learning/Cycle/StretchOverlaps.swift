import RoadScenes

/// What the mean IoU of any choice of stretches is made of, so that thousands of choices take no time.
struct StretchOverlaps {
    private let classes: Int
    /// Right pixels, and those of the union, of each class. Shape: stretches × classes.
    private let right: [Int]
    private let union: [Int]

    init(_ stretches: [ConfusionMatrix]) {
        classes = stretches.first?.classes ?? 0
        right = stretches.flatMap { matrix in (0..<matrix.classes).map(matrix.rightPixels) }
        union = stretches.flatMap { matrix in (0..<matrix.classes).map(matrix.unionPixels) }
    }

    /// The mean IoU of the classes that occur in stretches, each as often as it is named; 0 where none does.
    func miou(of drawn: [Int]) -> Double {
        var (sum, known) = (0.0, 0)
        for label in 0..<classes {
            var (right, union) = (0, 0)
            for stretch in drawn {
                right += self.right[stretch * classes + label]
                union += self.union[stretch * classes + label]
            }
            if union == 0 { continue }
            sum += Double(right) / Double(union)
            known += 1
        }
        return known == 0 ? 0 : sum / Double(known)
    }
}
