/// Where a training stands; an entry of its log.
public struct TrainingProgress: Sendable, Encodable {
    public var epoch: Int
    public var epochs: Int
    public var step: Int
    public var steps: Int
    /// Mean over the epoch so far.
    public var loss: Double
    public var learningRate: Float
    /// Evaluations not counted.
    public var imagesPerSecond: Double
    /// Of this run, a resumed one's earlier part not counted.
    public var seconds: Double
    /// On held-out labels, 0…1; set at the end of epochs that are evaluated.
    public var miou: Double?
}
