/// How a training has gone so far; part of its checkpoints, so that a resumed one's log has neither gaps nor double lines.
struct TrainingCurve: Codable {
    /// One entry an epoch.
    var entries: [TrainingProgress] = []
    /// Of the steps since the last entry.
    var losses: [Double] = []
    /// From the first start on; pauses between runs not counted.
    var seconds = 0.0
}
