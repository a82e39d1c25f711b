/// How a training runs on this machine, apart from its recipe.
public struct TrainingSession: Sendable {
    /// Chooses starting weights, order and augmentation.
    public var seed: UInt64
    /// Where the state is kept between steps; nil keeps none.
    public var checkpoint: String?
    /// Goes on from the checkpoint where there is one.
    public var isResumed = false
    /// Steps between two checkpoints; there is also one at the end of each epoch.
    public var checkpointEvery = 200
    /// Where every epoch adds a line; nil writes none.
    public var log: String?
    /// Asked after every step, from the thread that trains: true ends the training there, with a checkpoint.
    public var isStopped: @Sendable () -> Bool = { false }

    public init(seed: UInt64 = 1, checkpoint: String? = nil, isResumed: Bool = false, log: String? = nil) {
        self.seed = seed
        self.checkpoint = checkpoint
        self.isResumed = isResumed
        self.log = log
    }
}
