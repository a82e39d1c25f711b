import RoadScenes

/// What the gate finds out about a frame.
public struct GateLook: Sendable, Equatable {
    /// The fingerprint of the model that labeled it.
    public var model: String
    /// The share of pixels that get a label, 0…1.
    public var selectedRatio: Double
    /// Over all pixels, 0…1.
    public var meanConfidence: Double
    /// The share of all pixels that each class has, by its index.
    public var classShares: [Double]
    /// The share of all pixels that each class has with enough confidence.
    public var selectedShares: [Double]

    public init(
        model: String = "", selectedRatio: Double, meanConfidence: Double, classShares: [Double], selectedShares: [Double]
    ) {
        (self.model, self.selectedRatio, self.meanConfidence) = (model, selectedRatio, meanConfidence)
        (self.classShares, self.selectedShares) = (classShares, selectedShares)
    }

    /// How much a person could add, 0…1: of each class that the frame holds, the share of its pixels that cannot be trusted; the mean over
    /// these classes, so that a pedestrian counts as much as the road.
    public var unsureness: Double {
        let held = zip(classShares, selectedShares).filter { $0.0 >= PseudoLabel.heldShare }
        return held.reduce(0) { $0 + 1 - $1.1 / $1.0 } / Double(max(1, held.count))
    }

    /// With this share of one class, a frame of a road shows nothing.
    public static let collapsedShare = 0.95

    public var isCollapsed: Bool { (classShares.max() ?? 0) >= Self.collapsedShare }
}
