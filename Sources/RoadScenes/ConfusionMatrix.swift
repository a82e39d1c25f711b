import Video

/// How often each true class was predicted as each class, and the measures that follow from it.
///
/// With a mask of kept pixels, masked ones do not count in any IoU but stay in the totals that the share of selected
/// pixels and the class semi ratio refer to. Void pixels never count.
///
/// Units: ratios are 0…1.
/// Source: Long et al., *Fully convolutional networks for semantic segmentation* (2015), section 5 (IoU, accuracy);
/// *Semi-supervised semantic segmentation using auxiliary network* (semi ratio, selected pixels; docs/method.md says what they tell).
public struct ConfusionMatrix: Sendable, Equatable {
    public let classes: Int
    /// Classes that the labels know nothing of, so that none of their pixels can be right: they have no IoU.
    public let unknown: Set<Int>
    /// Shape: classes × classes, the true class first: kept pixels.
    public private(set) var counts: [Int]
    /// All pixels of each true class, kept or not.
    public private(set) var truePixels: [Int]

    public init(classes: Int, unknown: Set<Int> = []) {
        precondition((1...Int(ClassSet.void)).contains(classes), "\(classes) classes")
        (self.classes, self.unknown) = (classes, unknown)
        counts = Array(repeating: 0, count: classes * classes)
        truePixels = Array(repeating: 0, count: classes)
    }

    /// Counts a picture. Predictions outside the classes (a pseudo-label's void) count as masked.
    ///
    /// - Parameters:
    ///   - truth: class indices, `ClassSet.void` where unknown.
    ///   - kept: not 0 where a pixel is kept; nil keeps all.
    public mutating func add(truth: GrayImage, prediction: GrayImage, kept: GrayImage? = nil) {
        guard let kept else { return add(truth: truth, prediction: prediction) { _ in true } }
        Self.check(kept, truth)
        let bytes = kept.bytes
        add(truth: truth, prediction: prediction) { bytes[$0] != 0 }
    }

    /// Counts a picture with the pixels whose confidence is at least the threshold.
    ///
    /// - Parameters:
    ///   - confidence: 0…255 for 0…1.
    ///   - threshold: 0…1; 0 keeps all.
    public mutating func add(truth: GrayImage, prediction: GrayImage, confidence: GrayImage, threshold: Double) {
        add(truth: truth, prediction: prediction, confidence: confidence, pseudoLabel: PseudoLabel(threshold: threshold))
    }

    /// Counts a picture with the pixels that get a pseudo-label.
    ///
    /// - Parameter confidence: 0…255 for 0…1.
    public mutating func add(truth: GrayImage, prediction: GrayImage, confidence: GrayImage, pseudoLabel: PseudoLabel) {
        Self.check(confidence, truth)
        let (bytes, classes) = (confidence.bytes, prediction.bytes)
        add(truth: truth, prediction: prediction) { pseudoLabel.selects(bytes[$0], of: classes[$0]) }
    }

    @inline(__always)
    private mutating func add(truth: GrayImage, prediction: GrayImage, where isKept: (Int) -> Bool) {
        Self.check(prediction, truth)
        let (classes, labels, guesses) = (self.classes, truth.bytes, prediction.bytes)
        truePixels.withUnsafeMutableBufferPointer { totals in
            counts.withUnsafeMutableBufferPointer { counts in
                for index in labels.indices {
                    let (label, guess) = (Int(labels[index]), Int(guesses[index]))
                    guard label < classes else {
                        precondition(label == Int(ClassSet.void), "label \(label) of \(classes) classes")
                        continue
                    }
                    totals[label] += 1
                    if guess < classes, isKept(index) { counts[label * classes + guess] += 1 }
                }
            }
        }
    }

    private static func check(_ image: GrayImage, _ truth: GrayImage) {
        precondition(
            image.width == truth.width && image.height == truth.height,
            "\(image.width)×\(image.height) pixels beside a truth of \(truth.width)×\(truth.height)")
    }

    /// Adds another matrix's pictures.
    public mutating func add(_ other: ConfusionMatrix) {
        precondition(other.classes == classes, "matrices of \(classes) and \(other.classes) classes")
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in truePixels.indices { truePixels[index] += other.truePixels[index] }
    }

    private func keptPixels(of label: Int) -> Int {
        (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
    }

    /// Kept pixels that were taken for a class.
    public func predictedPixels(as label: Int) -> Int {
        (0..<classes).reduce(0) { $0 + counts[$1 * classes + label] }
    }

    /// Kept pixels of a class that were taken for it.
    public func rightPixels(of label: Int) -> Int { counts[label * classes + label] }

    /// Kept pixels that are of a class or were taken for it; none of a class that the labels know nothing of.
    public func unionPixels(of label: Int) -> Int {
        unknown.contains(label) ? 0 : keptPixels(of: label) + predictedPixels(as: label) - rightPixels(of: label)
    }

    /// Right pixels over all pixels that are of a class or were taken for it; nil where there are none.
    ///
    /// Shape: one per class.
    public var intersectionOverUnion: [Double?] {
        (0..<classes).map { label in
            let union = unionPixels(of: label)
            return union == 0 ? nil : Double(rightPixels(of: label)) / Double(union)
        }
    }

    /// The mean IoU of the classes that occur; nil where none does.
    public var meanIntersectionOverUnion: Double? {
        Self.mean(intersectionOverUnion)
    }

    /// Right pixels over kept pixels; nil where there are none.
    public var pixelAccuracy: Double? {
        let kept = counts.reduce(0, +)
        return kept == 0 ? nil : Double((0..<classes).reduce(0) { $0 + counts[$1 * (classes + 1)] }) / Double(kept)
    }

    /// For each class, the share of its true pixels that are kept; nil where there are none.
    public var semiRatio: [Double?] {
        (0..<classes).map { truePixels[$0] == 0 ? nil : Double(keptPixels(of: $0)) / Double(truePixels[$0]) }
    }

    /// The mean semi ratio of the classes that occur; nil where none does.
    public var averageSemiRatio: Double? {
        Self.mean(semiRatio)
    }

    /// The share of labeled pixels that are kept; nil where there are none.
    public var selectedPixels: Double? {
        let all = truePixels.reduce(0, +)
        return all == 0 ? nil : Double(counts.reduce(0, +)) / Double(all)
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
