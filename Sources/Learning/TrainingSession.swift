import Files

/// How a training runs on this machine, apart from its recipe.
public struct TrainingSession: Sendable {
    /// Chooses starting weights, order and augmentation.
    public var seed: UInt64
    /// Where the state is kept between steps; nil keeps none.
    public var checkpoint: String?
    /// Fingerprint of the labeled pictures' files: a checkpoint that began with others is not gone on with.
    public var data = ""
    /// Goes on from the checkpoint where there is one.
    public var isResumed = false
    /// Steps between two checkpoints; there is also one at the end of each epoch.
    public var checkpointEvery = 200
    /// Where every epoch adds a line; nil writes none.
    public var log: String?
    /// Where the log's curves are drawn, as SVG; nil draws none.
    public var drawing: String?
    /// Batches whose gradients make a step, one after the other; the recipe's batch is one of them.
    public var accumulate = 1
    /// The processes that share every step's samples.
    public var ranks = TrainingRanks.alone
    /// Held until the training ends, so that no other one writes the same files.
    public var lock: FileLock?
    /// Asked after every step, from the thread that trains: true ends the training there, with a checkpoint.
    public var isStopped: @Sendable () -> Bool = { false }

    public init(
        seed: UInt64 = 1, checkpoint: String? = nil, isResumed: Bool = false, log: String? = nil, drawing: String? = nil
    ) {
        self.seed = seed
        self.checkpoint = checkpoint
        self.isResumed = isResumed
        self.log = log
        self.drawing = drawing
    }

    /// Batches that make a step, in all processes.
    var microBatches: Int { accumulate * ranks.count }

    /// The number, over all processes, of the batch that is this process's `own`-th.
    func batchNumber(own: Int) -> Int {
        own / accumulate * microBatches + ranks.rank * accumulate + own % accumulate
    }
}
