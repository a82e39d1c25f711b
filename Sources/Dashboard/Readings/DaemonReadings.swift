/// The daemon's counters and states at one moment.
public struct DaemonReadings: Sendable, Equatable {
    /// Latencies since the start, as a histogram.
    public struct Histogram: Sendable, Equatable {
        /// Units: seconds, ascending.
        public static let bounds = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5]
        /// How many did not exceed each bound.
        public var counts: [Int]
        public var count: Int
        /// Units: seconds.
        public var sum: Double

        public init(counts: [Int], count: Int, sum: Double) {
            precondition(counts.count == Self.bounds.count, "\(counts.count) counts for \(Self.bounds.count) bounds")
            (self.counts, self.count, self.sum) = (counts, count, sum)
        }
    }

    /// What a source can be doing.
    public static let sourceStates = ["opening", "running", "stalled", "frozen", "waiting", "ended"]

    public var version = ""
    /// Units: seconds.
    public var uptime = 0.0
    /// One of `sourceStates`.
    public var sourceState = "opening"
    public var reconnects = 0
    /// Units: frames per second, over the last ten seconds.
    public var deliveredRate = 0.0
    /// Units: seconds for which the picture has been the same; nil where nobody looks.
    public var unchanged: Double?
    /// Nil where no target is set.
    public var targetRate: Double?
    public var frames = 0
    public var damaged = 0
    /// By reason.
    public var drops: [String: Int] = [:]
    /// Units: milliseconds, over the last ten seconds.
    public var medianLatency = 0.0
    public var slowLatency = 0.0
    public var latency = Histogram(counts: Histogram.bounds.map { _ in 0 }, count: 0, sum: 0)
    /// In the registry; nil where it comes from elsewhere.
    public var modelNumber: Int?
    public var modelFingerprint = ""
    public var swaps = 0
    public var rollbacks = 0
    /// By what came of them; nil without a gate.
    public var gateDecisions: [String: Int]?
    /// The share of the pixels that should be right, 0…1, and whether that is less than usual; nil where nobody knows.
    public var expectedAccuracy: Double?
    public var isUnfamiliar = false
    /// Runs of the learner that this daemon has started; nil where it starts none.
    public var learnerStarts: Int?
    public var isLearning = false

    public init() {}

    /// Why it is not ready; nil where it is.
    public var whyNotReady: String? {
        if frames == 0 { return "No frame has been labeled yet." }
        if sourceState != "running", sourceState != "frozen" { return "The source is \(sourceState)." }
        return nil
    }
}
