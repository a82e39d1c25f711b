/// Where a training stands; an entry of its log.
public struct TrainingProgress: Sendable, Equatable, Codable {
    public var epoch: Int
    public var epochs: Int
    public var step: Int
    public var steps: Int
    /// Mean over the epoch so far.
    public var loss: Double
    public var learningRate: Float
    /// Of this run, in all processes; evaluations not counted.
    public var imagesPerSecond: Double
    /// From the first start on; pauses between runs not counted.
    public var seconds: Double
    /// On held-out labels, 0…1; set at the end of epochs that are evaluated.
    public var miou: Double?
}
