import Status
import Synchronization
import Threads

/// One output with a thread and a short queue of its own, so that it holds up nobody but itself.
///
/// Threading: the inference thread offers, the lane's thread writes, any thread asks for the state.
// Safe to send: what changes is atomic, under the mutex, or touched by the lane's thread alone.
public final class OutputLane: @unchecked Sendable {
    /// What happens to a frame that comes while the queue is full.
    public enum Policy: Sendable {
        /// The loop waits: nothing is lost.
        case wait
        /// The frame is dropped here and counted; after an error the output is opened anew some time later.
        case drop
    }

    public let name: String
    /// Whether frames need their picture drawn for it.
    public let needsPicture: Bool
    let capacity: Int

    private let policy: Policy
    /// Of an output of events: what its recorder has kept. Nil for all others.
    private let events: (@Sendable () -> EventReport)?
    private let retryAfter: Duration
    private let open: @Sendable (FrameSlot) throws(LiveError) -> any FrameOutput
    private let queue: BoundedQueue<FrameSlot>
    private let state = Mutex(State())
    private let thread = Mutex<NamedThread?>(nil)

    private struct State {
        var written = 0
        var dropped = 0
        var damaged = 0
        var busySince: Duration?
        var failure: LiveError?
        var isWhole = true
        var left: String?
    }

    /// - Parameters:
    ///   - events: what an output of events has kept.
    ///   - open: makes the output from the first frame, whose sizes and time base it takes.
    public init(
        _ name: String, needsPicture: Bool, policy: Policy, capacity: Int = 1, retryAfter: Duration = .seconds(5),
        events: (@Sendable () -> EventReport)? = nil,
        open: @escaping @Sendable (FrameSlot) throws(LiveError) -> any FrameOutput
    ) {
        self.name = name
        self.needsPicture = needsPicture
        self.policy = policy
        self.capacity = capacity
        self.retryAfter = retryAfter
        self.events = events
        self.open = open
        queue = BoundedQueue(capacity: capacity)
    }

    /// The state for `status`; an output that has been writing one frame for `blockedAfter` counts as blocked.
    public func report(blockedAfter: Duration = .seconds(2)) -> OutputReport {
        let events = events?()
        return state.withLock { state in
            let busy = state.busySince.map { MonotonicClock.now - $0 } ?? .zero
            let condition: OutputReport.Condition =
                state.failure != nil || events?.problem != nil ? .failed : busy > blockedAfter ? .blocked : .working
            return OutputReport(
                name: name, state: condition, written: state.written, dropped: state.dropped,
                damaged: state.damaged, problem: state.failure?.description ?? events?.problem, events: events)
        }
    }

    var failure: LiveError? { state.withLock { $0.failure } }

    /// The name of what it has written, where that is not all; nil where it is, or nothing is left.
    public var left: String? { state.withLock { $0.left } }

    func start(whenFailed: @escaping @Sendable (LiveError) -> Void) {
        thread.withLock { $0 = NamedThread("out-\(name)") { [self] in run(whenFailed) } }
    }

    /// Hands over one frame; the caller keeps its own hold on the slot.
    func offer(_ slot: FrameSlot) {
        slot.retain()
        let isIn =
            switch policy {
            case .wait: queue.push(slot)
            case .drop: queue.tryPush(slot)
            }
        if !isIn {
            state.withLock { $0.dropped += 1 }
            slot.release()
        }
    }

    /// No more frames: what is queued is written, then the output is closed.
    ///
    /// - Parameter isWhole: whether all has come that was to be written.
    func finish(isWhole: Bool = true) {
        state.withLock { $0.isWhole = $0.isWhole && isWhole }
        queue.close()
    }

    func wait(until deadline: Duration?) -> Bool {
        thread.withLock { $0 }?.wait(until: deadline) ?? true
    }

    private func run(_ whenFailed: @Sendable (LiveError) -> Void) {
        var output: (any FrameOutput)?
        var retryAt = Duration.zero
        while case .element(let slot) = queue.pop() {
            defer { slot.release() }
            if output == nil && MonotonicClock.now < retryAt {
                state.withLock { $0.dropped += 1 }
                continue
            }
            do throws(LiveError) {
                state.withLock { $0.busySince = MonotonicClock.now }
                let current: any FrameOutput
                if let output { current = output } else { current = try open(slot) }
                output = current
                let isWanted = current.wants(slot)
                if isWanted { try current.write(slot) }
                state.withLock {
                    if isWanted { $0.written += 1 }
                    if isWanted && slot.stamp.isDamaged { $0.damaged += 1 }
                    $0.busySince = nil
                    $0.failure = nil
                }
            } catch {
                fail(error, whenFailed)
                end(output)
                output = nil
                retryAt = policy == .drop ? MonotonicClock.now + retryAfter : .seconds(Int64.max / 2)
            }
        }
        do throws(LiveError) {
            state.withLock { $0.busySince = MonotonicClock.now }
            if state.withLock({ $0.isWhole }) { try output?.close() } else { try leave(output) }
            state.withLock { $0.busySince = nil }
        } catch {
            fail(error, whenFailed)
        }
    }

    /// After an error: where nothing may be lost, what there is must not pass for all.
    private func end(_ output: (any FrameOutput)?) {
        switch policy {
        case .wait: try? leave(output)
        case .drop: try? output?.close()
        }
    }

    private func leave(_ output: (any FrameOutput)?) throws(LiveError) {
        guard let name = try output?.leave() else { return }
        state.withLock { $0.left = name }
    }

    private func fail(_ error: LiveError, _ whenFailed: @Sendable (LiveError) -> Void) {
        state.withLock {
            $0.failure = error
            $0.busySince = nil
            $0.dropped += 1
        }
        whenFailed(error)
    }
}
