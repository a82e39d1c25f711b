import Configuration
import RoadScenes
import Synchronization
import Threads

/// Frames from one source through the segmenter to the outputs, each stage on a thread of its own.
///
/// The reader decodes and scales, the inference thread labels, every output writes on its own lane. Buffers go round in a
/// fixed number of slots, so that nothing is allocated per frame once warm.
///
/// Threading: `start` once; everything else from any thread.
// Safe to send: mutable state is atomic, under a mutex, or handed from thread to thread through queues.
public final class FramePipeline: @unchecked Sendable {
    public struct Options: Sendable {
        public var pace: Pace
        public var selection: FrameSelection
        /// Frames prepared while one is being labeled. One keeps a frame's age under two frame times.
        public var readAhead: Int
        /// Whether the auxiliary network's map is wanted for every frame.
        public var confidence: Bool
        /// A picture that stays the same for this long counts as frozen; zero looks at none.
        public var frozenAfter: Duration
        /// Whether outputs that a stop or an error has cut short keep a name that says so: a recording's do, a camera's end
        /// whenever it is switched off.
        public var mustBeWhole: Bool
        /// Parts of the picture that show no road.
        public var ignored: [IgnoredArea]
        /// Whether labels are kept from flickering; what gate and learner see stays each frame's own.
        public var steady: Bool
        /// Whether the gate may keep frames larger than the network sees them.
        public var keepsOriginals: Bool
        /// Tells when and where a frame was taken, to the reading thread; nil where nobody wants to know.
        public var circumstances: (@Sendable (FrameStamp) -> FrameCircumstances)?

        public init(
            pace: Pace, selection: FrameSelection = .all, readAhead: Int = 1, confidence: Bool = false,
            frozenAfter: Duration = .zero, mustBeWhole: Bool = false, ignored: [IgnoredArea] = [],
            steady: Bool = false, keepsOriginals: Bool = false
        ) {
            (self.pace, self.selection, self.readAhead, self.confidence) = (pace, selection, readAhead, confidence)
            (self.frozenAfter, self.mustBeWhole) = (frozenAfter, mustBeWhole)
            (self.ignored, self.steady, self.keepsOriginals) = (ignored, steady, keepsOriginals)
        }
    }

    public let statistics = LoopStatistics()
    public let models: ModelSlot
    /// Gives a labeled frame to those who ask for one.
    public let sampler: FrameSampler
    /// The same for those who look on.
    public let window: FrameSampler

    let source: any FrameSource
    let lanes: [OutputLane]
    let gate: GateHandover?
    let options: Options
    let clock: any PacingClock
    let stopSignal = StopSignal()
    let free: BoundedQueue<FrameSlot>
    let ready: BoundedQueue<FrameSlot>
    let slotLimit: Int
    /// Units: nanoseconds between frames at the target rate; 0 where none is set.
    let targetPeriod: Atomic<Int64>
    /// As it was asked for: the period is rounded.
    private let targetRate: Mutex<Double?>
    let heartbeat: @Sendable () -> Void
    private let problem = Mutex<LiveError?>(nil)
    private let threads = Mutex<[NamedThread]>([])

    /// - Parameters:
    ///   - gate: takes a frame now and then.
    ///   - rate: the target, in frames per second; nil for as many as come.
    ///   - heartbeat: called by the inference thread after each frame, and twice a second while none comes.
    public init(
        source: any FrameSource, models: ModelSlot, lanes: [OutputLane], gate: GateHandover? = nil, options: Options,
        rate: Double? = nil, clock: any PacingClock = MonotonicClock(), heartbeat: @escaping @Sendable () -> Void = {}
    ) {
        self.source = source
        self.models = models
        self.lanes = lanes
        self.gate = gate
        sampler = FrameSampler(for: models.current)
        window = FrameSampler(for: models.current)
        self.options = options
        self.clock = clock
        self.heartbeat = heartbeat
        targetPeriod = Atomic(Self.period(rate))
        targetRate = Mutex(rate)
        // Reader, queue and inference hold one each; a lane at most its queue and the frame in its hands.
        slotLimit = options.readAhead + 2 + lanes.reduce(0) { $0 + $1.capacity + 1 }
        free = BoundedQueue(capacity: slotLimit)
        ready = BoundedQueue(capacity: options.readAhead)
    }

    /// Starts the threads. Returns at once.
    public func start() {
        for lane in lanes {
            lane.start { [self] error in
                if options.pace.newestWins { return }
                laneFailed(error)
            }
        }
        threads.withLock {
            $0 = [NamedThread("inference") { [self] in infer() }, NamedThread("reader") { [self] in read() }]
        }
    }

    /// Asks for the end; what has been labeled is still written.
    public func stop() {
        stopSignal.set()
        source.cancel()
    }

    /// Waits for the last frame to be written and all outputs to be closed. False when that took longer than `deadline`.
    public func wait(until deadline: Duration? = nil) -> Bool {
        for thread in threads.withLock({ $0 }) where !thread.wait(until: deadline) { return false }
        for lane in lanes where !lane.wait(until: deadline) { return false }
        return true
    }

    /// Ends within `limit`, whatever hangs: a stage that does not end in its share of the time is left behind.
    ///
    /// Returns the names of the threads left behind, none if all went well.
    public func finish(within limit: Duration) -> [String] {
        stop()
        let start = MonotonicClock.now
        let (inference, reader) = threads.withLock { ($0.first, $0.last) }
        if reader?.wait(until: start + limit * 0.3) == false { ready.close() }
        if inference?.wait(until: start + limit * 0.5) == false {
            for lane in lanes { lane.finish(isWhole: !options.mustBeWhole) }
        }
        for lane in lanes { _ = lane.wait(until: start + limit) }
        return threads.withLock { $0 }.filter { !$0.hasEnded }.map(\.name)
            + lanes.filter { !$0.wait(until: .zero) }.map(\.name)
    }

    /// Why the source or, where nothing may be lost, an output ended early.
    public var failure: LiveError? { problem.withLock { $0 } }

    /// Changes the target rate; the next frame follows it.
    public func setRate(_ rate: Double?) {
        targetPeriod.store(Self.period(rate), ordering: .relaxed)
        targetRate.withLock { $0 = rate }
    }

    /// The target rate in frames per second; nil where none is set.
    public var rate: Double? { targetRate.withLock { $0.flatMap { $0 > 0 ? $0 : nil } } }

    func fail(_ error: LiveError) {
        problem.withLock { if $0 == nil { $0 = error } }
    }

    private func laneFailed(_ error: LiveError) {
        fail(error)
        stop()
    }

    private static func period(_ rate: Double?) -> Int64 {
        guard let rate, rate > 0 else { return 0 }
        return max(1, Int64(nearest: min(1e9 / rate, 1e18)))
    }
}
