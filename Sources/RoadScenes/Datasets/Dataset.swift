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
        /// A map of how far each label can be trusted; nil where all are as good as drawn by hand.
        public let confidence: String?

        public init(name: String, image: String, labels: String, confidence: String? = nil) {
            (self.name, self.image, self.labels, self.confidence) = (name, image, labels, confidence)
        }
    }

    /// What a label file's value means.
    enum Meaning: Sendable, Equatable {
        case label(UInt8)
        case void
        case wrong
    }

    public let location: DatasetLocation
    /// What the indices of its labels mean.
    public private(set) var classes: ClassSet
    public private(set) var items: [Item]
    /// All that its items are read from.
    public var files: [String] { items.flatMap { [$0.image, $0.labels] + [$0.confidence].compactMap(\.self) } }
    /// Files that lack their partner, where the layout allows it (Cityscapes).
    public let orphans: [String]
    /// Shape: 256.
    private let meanings: [Meaning]
    private let recolored: RecoloredLabels
    /// Larger pictures are brought to this size; nil where they stay.
    private var limit: Graph.Size?
    /// Its files' classes, and what they become; nil where they stay. Shape: 256.
    private var matched: (own: ClassSet, map: [UInt8])?

    init(_ location: DatasetLocation, classes: ClassSet, items: [Item], orphans: [String] = [], meanings: [Meaning]) {
        precondition(meanings.count == 256, "\(meanings.count) meanings of 256 values")
        self.location = location
        self.classes = classes
        self.items = items
        self.orphans = orphans
        self.meanings = meanings
        recolored = RecoloredLabels()
    }

    /// Reads a picture and its labels, as class indices and void.
    ///
    /// - Throws: where a file is missing or damaged, the sizes differ, or a label stands for no class; the error names the file.
    public func load(_ item: Item) throws(SceneError) -> LabeledImage {
        let sample = try ownSample(item)
        guard let limit else { return sample }
        let image = sample.image
        let size = PictureFit.size(of: Graph.Size(height: image.height, width: image.width), within: limit)
        guard size.width < image.width || size.height < image.height else { return sample }
        let smaller = RGBImage(width: size.width, height: size.height)
        PictureFit(Graph.Size(height: image.height, width: image.width), in: size).draw(image, into: smaller)
        func scaled(_ map: GrayImage) -> GrayImage { NearestScale.scaled(map, width: size.width, height: size.height) }
        return LabeledImage(image: smaller, labels: scaled(sample.labels), confidence: sample.confidence.map(scaled))
    }

    /// The same data set with pictures no larger than a network sees them, their aspect kept.
    public func within(_ limit: Graph.Size) -> Dataset {
        var copy = self
        copy.limit = limit
        return copy
    }

    private func ownSample(_ item: Item) throws(SceneError) -> LabeledImage {
        let image = try ImageFile.readRGB(item.image)
        let (labels, confidence) = try maps(item, of: image)
        return LabeledImage(image: image, labels: labels, confidence: confidence)
    }

    /// Reads what belongs to an item's picture: its labels, and how far each can be trusted.
    ///
    /// - Throws: as `load`.
    public func maps(_ item: Item, of image: RGBImage) throws(SceneError) -> (labels: GrayImage, confidence: GrayImage?) {
        let labels = try labels(item)
        let confidence: GrayImage? = if let path = item.confidence { try ImageFile.readGray(path) } else { nil }
        for (map, path) in [(labels, item.labels)] + (confidence.map { [($0, item.confidence ?? "")] } ?? [])
        where image.width != map.width || image.height != map.height {
            throw SceneError(
                "\(path) has \(map.width)×\(map.height) pixels, its picture \(item.image) \(image.width)×\(image.height).")
        }
        return (labels, confidence)
    }

    /// What a person should know of the labels that were read so far; nil where they were as numbered.
    public var notice: String? { recolored.notice }

    /// Reads an item's labels: by their values, or by the colours of their palette where those tell something else.
    public func labels(_ item: Item) throws(SceneError) -> GrayImage {
        let labels = try ownLabels(item)
        if let matched { labels.renumber(matched.map) }
        return labels
    }

    /// The same data set with other classes, matched by name; pixels of others are void.
    ///
    /// - Throws: where they have none in common.
    public func matching(_ others: ClassSet) throws(SceneError) -> Dataset {
        let own = matched?.own ?? classes
        guard own.names != others.names else { return self }
        let map = ClassSet.renumbering(from: own.names, to: others.names)
        guard map.contains(where: { $0 != ClassSet.void }) else {
            throw SceneError(
                "\(location) has none of the model's classes: \(own.names.joined(separator: ", ")).",
                remedy: "Classes are matched by name; the model's are \(others.names.joined(separator: ", ")).")
        }
        var copy = self
        (copy.classes, copy.matched) = (others, (own, map))
        return copy
    }

    /// The classes of its files that became void, and those that its files know nothing of; nil where there are none.
    public var unmatched: (void: [String], unknown: [String])? {
        guard let own = matched?.own.names else { return nil }
        return (own.filter { !classes.names.contains($0) }, classes.names.filter { !own.contains($0) })
    }

    private func ownLabels(_ item: Item) throws(SceneError) -> GrayImage {
        let own = matched?.own ?? classes
        let colors = LabelColors(own, meanings)
        let (labels, palette): (GrayImage, [UInt8]?)
        switch try ImageFile.readLabels(item.labels) {
        case .indices(let image, let found): (labels, palette) = (image, found)
        case .colors(_, let opacity):
            return try colors.labels(of: ImageFile.readRGB(item.labels), opacity: opacity, file: item.labels)
        }
        var counts = [Int](repeating: 0, count: 256)
        for value in labels.bytes { counts[Int(value)] += 1 }
        let used = (0..<256).filter { counts[$0] > 0 }.map { UInt8($0) }
        if let palette, let map = try colors.classes(of: used, palette, file: item.labels) {
            recolored.add(item.labels)
            labels.renumber(map)
        } else {
            try byValue(labels, used, file: item.labels, classes: own.count)
        }
        return labels
    }

    private func byValue(_ labels: GrayImage, _ used: [UInt8], file: String, classes count: Int) throws(SceneError) {
        if let wrong = used.first(where: { meanings[Int($0)] == .wrong }), let index = labels.bytes.firstIndex(of: wrong) {
            throw SceneError(
                "\(file) has the label \(wrong) at \(index % labels.width), \(index / labels.width); "
                    + "the data set has \(count) classes.",
                remedy: "Labels must be \(legalValues(count)).")
        }
        let map = meanings.map { if case .label(let label) = $0 { label } else { ClassSet.void } }
        labels.renumber(map)
    }

    private func legalValues(_ count: Int) -> String {
        switch location.layout {
        case .camvid: "0…10, and 11 for void"
        case .cityscapes: "Cityscapes' label ids, 0…33 (files ending in _labelIds.png)"
        case .folder: "0…\(count - 1), and 255 for void"
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
