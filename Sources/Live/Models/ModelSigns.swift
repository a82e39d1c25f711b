/// How a model does in the loop: what the gate has seen of its frames, and whether they come in time.
public struct ModelSigns: Sendable, Equatable {
    /// How many looks the means are of.
    public var looks: Int
    public var meanConfidence: Double
    public var selectedRatio: Double
    /// By class index.
    public var classShares: [Double]
    /// The share of all pixels that each class has with enough confidence.
    public var selectedShares: [Double]
    /// How many of the looks were at frames with nearly one class only.
    public var collapsed: Int
    /// Frames delivered and frames that were too late.
    public var frames: Int
    public var late: Int
    /// Units: milliseconds, 90 % of the frames of the last ten seconds.
    public var latency: Double

    public init(_ looks: some Collection<GateLook>, frames: Int, late: Int, latency: Double) {
        let count = Double(max(looks.count, 1))
        self.looks = looks.count
        meanConfidence = looks.reduce(0) { $0 + $1.meanConfidence } / count
        selectedRatio = looks.reduce(0) { $0 + $1.selectedRatio } / count
        classShares = Self.means(looks.map(\.classShares), count)
        selectedShares = Self.means(looks.map(\.selectedShares), count)
        collapsed = looks.count { $0.isCollapsed }
        (self.frames, self.late, self.latency) = (frames, late, latency)
    }

    private static func means(_ shares: [[Double]], _ count: Double) -> [Double] {
        (shares.first ?? []).indices.map { index in shares.reduce(0) { $0 + $1[index] } / count }
    }

    var lateShare: Double { Double(late) / Double(max(frames + late, 1)) }
}
