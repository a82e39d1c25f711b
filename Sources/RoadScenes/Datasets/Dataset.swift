import NeuralNetwork
import Video

/// A list of pictures with labels on disk; the pixels are read one item at a time.
///
/// Threading: a value; any number of threads may load items at once.
public struct Dataset: Sendable {
    /// One picture and its labels.
    public struct Item: Sendable, Hashable {
        /// The picture's name within the data set.
        public let name: String
        public let image: String
        public let labels: String

        public init(name: String, image: String, labels: String) {
            self.name = name
            self.image = image
            self.labels = labels
        }
    }

    /// What a label file's value means.
    enum Meaning: Sendable, Equatable {
        case label(UInt8)
        case void
        case wrong
    }

    public let location: DatasetLocation
    public let classes: ClassSet
    public private(set) var items: [Item]
    /// Files that lack their partner, where the layout allows it (Cityscapes).
    public let orphans: [String]
    /// Shape: 256.
    private let meanings: [Meaning]

    init(_ location: DatasetLocation, classes: ClassSet, items: [Item], orphans: [String] = [], meanings: [Meaning]) {
        precondition(meanings.count == 256, "\(meanings.count) meanings of 256 values")
        self.location = location
        self.classes = classes
        self.items = items
        self.orphans = orphans
        self.meanings = meanings
    }

    /// Reads a picture and its labels, as class indices and void.
    ///
    /// - Throws: where a file is missing or damaged, the sizes differ, or a label stands for no class; the error names the file.
    public func load(_ item: Item) throws(SceneError) -> LabeledImage {
        let image = try ImageFile.readRGB(item.image)
        let labels = try ImageFile.readGray(item.labels)
        guard image.width == labels.width, image.height == labels.height else {
            throw SceneError(
                "\(item.labels) has \(labels.width)×\(labels.height) pixels, its picture \(item.image) \(image.width)×\(image.height)."
            )
        }
        for index in labels.bytes.indices {
            switch meanings[Int(labels.bytes[index])] {
            case .label(let label): labels.bytes[index] = label
            case .void: labels.bytes[index] = ClassSet.void
            case .wrong:
                throw SceneError(
                    "\(item.labels) has the label \(labels.bytes[index]) at \(index % labels.width), \(index / labels.width); "
                        + "the data set has \(classes.count) classes.",
                    remedy: "Labels must be \(legalValues).")
            }
        }
        return LabeledImage(image: image, labels: labels)
    }

    private var legalValues: String {
        switch location.layout {
        case .camvid: "0…10, and 11 for void"
        case .cityscapes: "Cityscapes' label ids, 0…33 (files ending in _labelIds.png)"
        case .folder: "0…\(classes.count - 1), and 255 for void"
        }
    }

    /// A seeded choice of items and the rest, both in their order; with one seed, a smaller part lies within a larger one.
    public func split(_ fraction: DatasetFraction, seed: UInt64) -> (chosen: Dataset, rest: Dataset) {
        var random = SplitMix64(seed: seed, 0xF0)
        let chosen = Set(Array(items.indices).shuffled(using: &random).prefix(fraction.of(items.count)))
        var (first, second) = (self, self)
        first.items = items.indices.filter { chosen.contains($0) }.map { items[$0] }
        second.items = items.indices.filter { !chosen.contains($0) }.map { items[$0] }
        return (first, second)
    }

    /// The same data set with these items only.
    public func with(_ items: [Item]) -> Dataset {
        var copy = self
        copy.items = items
        return copy
    }
}
