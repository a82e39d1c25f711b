import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Synchronization

/// The items of one or more data sets of the same classes, with their pixels in memory as far as they fit.
///
/// Threading: any thread may load.
public final class TrainingSet: Sendable {
    public let classes: ClassSet
    /// Each item with the data set that reads it.
    let items: [(dataset: Dataset, item: Dataset.Item)]
    private let datasets: [Dataset]
    private let cache = Mutex<(images: [Int: LabeledImage], bytes: Int)>(([:], 0))
    private let cacheLimit: Int

    /// - Parameter cacheLimit: bytes of pixels kept in memory.
    /// - Throws: where the data sets have different classes or no items.
    public init(_ datasets: [Dataset], cacheLimit: Int = 1 << 30) throws(LearningError) {
        guard let first = datasets.first, datasets.contains(where: { !$0.items.isEmpty }) else {
            throw LearningError("There is nothing to train on: the data set is empty.")
        }
        guard datasets.allSatisfy({ $0.classes.names == first.classes.names }) else {
            throw LearningError("\(datasets.map(\.location.description).joined(separator: " and ")) have different classes.")
        }
        classes = first.classes
        self.datasets = datasets
        items = datasets.flatMap { dataset in dataset.items.map { (dataset, $0) } }
        self.cacheLimit = cacheLimit
    }

    public var count: Int { items.count }
    /// Classes that none of its data sets' own lists has: no label of theirs can be there.
    package var unknownClasses: Set<Int> {
        let unknown = Set(datasets[0].unmatched?.unknown ?? [])
        let all = datasets.dropFirst().reduce(unknown) { $0.intersection($1.unmatched?.unknown ?? []) }
        return Set(classes.names.indices.filter { all.contains(classes.names[$0]) })
    }
    /// What a person should know of the labels that were read so far.
    public var notices: [String] {
        var seen: Set<String> = []
        return datasets.compactMap(\.notice).filter { seen.insert($0).inserted }
    }
    /// Each item's data set, without where it lies, and its name there.
    public var names: [String] {
        items.map {
            "\($0.dataset.location.layout.rawValue):\($0.dataset.location.path.split(separator: "/").last ?? "")/\($0.item.name)"
        }
    }

    /// Changes with its items and the sizes of all their files.
    public var fingerprint: String { Self.fingerprint(of: datasets.flatMap(\.items)) }

    static func fingerprint(of items: [Dataset.Item]) -> String {
        let files = items.flatMap { [$0.image, $0.labels] + [$0.confidence].compactMap(\.self) }
        return TrainingCheckpoint.fingerprint("\(items.map(\.name)) \(files.map { FileID.size(of: $0) ?? 0 })")
    }

    /// How many of its pictures are another set's too: the same file or a copy of it, whatever the path.
    public func picturesShared(with other: TrainingSet) -> Int {
        var known = KnownFiles(other.items.map(\.item.image))
        return items.count { known.contains($0.item.image) }
    }

    func load(_ index: Int) throws(SceneError) -> LabeledImage {
        if let image = cache.withLock({ $0.images[index] }) { return image }
        let image = try items[index].dataset.load(items[index].item)
        let bytes = image.image.bytes.count + image.labels.bytes.count + (image.confidence?.bytes.count ?? 0)
        cache.withLock {
            guard $0.bytes + bytes <= cacheLimit, $0.images[index] == nil else { return }
            $0.images[index] = image
            $0.bytes += bytes
        }
        return image
    }

    /// - Throws: where its labels mean other classes, or the same in another order.
    func requireClasses(_ wanted: ClassSet) throws(LearningError) {
        guard wanted.names == classes.names else {
            throw LearningError(
                "The bundle's classes are \(wanted.names.joined(separator: ", ")); the data set has others.",
                remedy: "\(items[0].dataset.location) has \(classes.names.joined(separator: ", ")).")
        }
    }

    /// Reads all of it once, before hours of work end at what cannot be read.
    ///
    /// - Throws: where a picture cannot be read or no network can look at it, or no pixel of any has a class.
    func requireReadable() throws(LearningError) {
        for index in items.indices {
            let image = try load(index).image
            guard min(image.width, image.height) >= InferencePlan.leastSide else {
                throw LearningError(
                    "\(items[index].item.image) is too small: it has \(image.width)×\(image.height) pixels.",
                    remedy: "At least \(InferencePlan.leastSide)×\(InferencePlan.leastSide) are needed.")
            }
        }
        try requireLabels()
    }

    /// - Throws: where no pixel of any item has a class: nothing can be measured then.
    func requireLabels() throws(LearningError) {
        for index in items.indices {
            let sample = try load(index)
            if sample.labels.bytes.contains(where: { $0 != ClassSet.void }) { return }
        }
        throw LearningError(
            "Every pixel of the \(count) label pictures in \(items[0].dataset.location) is void: there is nothing to measure.",
            remedy: "The labels of some test splits are not public; evaluate on another split.")
    }

    /// Share of every class among the labeled pixels, each counted by its confidence.
    public func classShares() throws(LearningError) -> [Double] {
        var pixels = [Int](repeating: 0, count: 256)
        for index in items.indices {
            let picture = try load(index)
            if let confidence = picture.confidence {
                for (label, weight) in zip(picture.labels.bytes, confidence.bytes) { pixels[Int(label)] += Int(weight) }
            } else {
                for label in picture.labels.bytes { pixels[Int(label)] += 255 }
            }
        }
        let labeled = pixels[..<classes.count].reduce(0, +)
        guard labeled > 0 else { throw LearningError("There is nothing to train on: every pixel is void or without confidence.") }
        return pixels[..<classes.count].map { Double($0) / Double(labeled) }
    }

    /// The order of an epoch: the same for the same seed.
    func order(epoch: Int, seed: UInt64) -> [Int] {
        var random = SplitMix64(seed: seed, 0x0D, epoch)
        return Array(items.indices).shuffled(using: &random)
    }
}
