import RoadScenes

/// Labeled pictures, and how much they count beside others.
public struct WeightedDataset: Sendable {
    public var dataset: Dataset
    /// How often each picture comes in an epoch; of a part, a seeded choice comes once more. Above 0.
    public var weight: Double

    public init(_ dataset: Dataset, weight: Double = 1) {
        (self.dataset, self.weight) = (dataset, weight)
    }

    /// The data set as often as it counts.
    package func copies(seed: UInt64) -> [Dataset] {
        let whole = Int(weight)
        let rest = weight - Double(whole)
        let copies = Array(repeating: dataset, count: whole)
        return rest < 1e-4 ? copies : copies + [dataset.split(DatasetFraction(share: rest), seed: seed).chosen]
    }
}
