/// How a model does in the loop: what the gate has seen of its frames, and whether they come in time.
public struct ModelSigns: Sendable, Equatable {
    /// How many looks the means are of.
    public var looks: Int
    public var meanConfidence: Double
    public var selectedRatio: Double
    /// By class index.
    public var classShares: [Double]
    /// How many of the looks were at frames with nearly one class only.
    public var collapsed: Int
    /// Frames delivered and frames that were too late.
    public var frames: Int
    public var late: Int
    /// Units: milliseconds, 90 % of the frames of the last ten seconds.
    public var latency: Double

    public init(_ looks: [GateLook], frames: Int, late: Int, latency: Double) {
        let count = Double(max(looks.count, 1))
        self.looks = looks.count
        meanConfidence = looks.reduce(0) { $0 + $1.meanConfidence } / count
        selectedRatio = looks.reduce(0) { $0 + $1.selectedRatio } / count
        classShares = (looks.first?.classShares ?? []).indices.map { index in
            looks.reduce(0) { $0 + $1.classShares[index] } / count
        }
        collapsed = looks.count { $0.isCollapsed }
        (self.frames, self.late, self.latency) = (frames, late, latency)
    }

    var lateShare: Double { Double(late) / Double(max(frames + late, 1)) }
}
