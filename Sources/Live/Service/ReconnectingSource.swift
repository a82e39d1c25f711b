import Status
import Synchronization
import Threads
import Video

/// A source that comes back: opened anew with growing pauses when it breaks, or from its start when a recording repeats.
///
/// Threading: one thread reads and draws; `cancel` and `report` from any.
// Safe to send: `current` belongs to the reading thread, everything shared is under the mutex.
public final class ReconnectingSource: FrameSource, @unchecked Sendable {
    /// What happens at the end, or when the source breaks.
    public enum Policy: Sendable {
        /// That is the end.
        case once
        /// A recording starts again at its end; an error is the end.
        case repeats
        /// It is opened again and again, after pauses that double up to a limit.
        case forever(after: Duration, atMost: Duration)
    }

    public typealias Opener = @Sendable (Cancellation) throws(LiveError) -> any FrameSource

    private struct State {
        var condition = SourceReport.Condition.opening
        var problem: String?
        var reconnects = 0
        var facts: SourceFacts?
        var cancellation: Cancellation?
        var notices: [String] = []
    }

    private let open: Opener
    private let policy: Policy
    private let clock: any PacingClock
    private let stop = StopSignal()
    private let state = Mutex(State())
    /// Called with what happened, by the reading thread.
    private let observe: @Sendable (Event) -> Void

    /// What is worth a line in the log.
    public enum Event: Sendable, Equatable {
        case opened(SourceFacts)
        /// What was assumed, left out or broken.
        case notice(String)
        /// Nil where the source has ended without an error.
        case lost(problem: String?, retryAfter: Duration)
    }

    private var current: (any FrameSource)?
    private var attempt = 0
    private var framesOfCurrent = 0
    private var indexBase = 0
    private var damagedBefore = 0
    private var noticesOfCurrent = 0
    private var rounds = RoundTimes()

    public init(
        policy: Policy, clock: any PacingClock = MonotonicClock(), observe: @escaping @Sendable (Event) -> Void = { _ in },
        open: @escaping Opener
    ) {
        (self.policy, self.clock, self.observe, self.open) = (policy, clock, observe, open)
    }

    public var facts: SourceFacts {
        current?.facts
            ?? SourceFacts(
                width: 0, height: 0, frameRate: Rational(0, 1), frameCount: nil, isLive: false, timeBase: Rational(1, 1))
    }

    public var frame: FrameStamp {
        guard var stamp = current?.frame else { preconditionFailure("no frame has been read") }
        stamp.index += indexBase
        stamp.time = rounds.time(of: stamp.time)
        return stamp
    }

    public var damaged: Int { damagedBefore + (current?.damaged ?? 0) }

    public func read() throws(LiveError) -> Bool {
        while !stop.isSet {
            do throws(LiveError) {
                let source = try opened()
                if try source.read() {
                    framesOfCurrent += 1
                    attempt = 0
                    if case .repeats = policy { rounds.add(source.frame, rate: source.facts.frameRate) }
                    tellNotices(of: source)
                    return true
                }
                tellNotices(of: source)
                if stop.isSet { break }
                if case .once = policy { break }
                if case .repeats = policy, framesOfCurrent == 0 { break }
                if !pause(after: nil) { break }
            } catch {
                guard case .forever = policy else { throw error }
                if !pause(after: error) { break }
            }
        }
        state.withLock { $0.condition = .ended }
        return false
    }

    /// Each once, even where the source comes back again and again.
    private func tellNotices(of source: any FrameSource) {
        let notices = source.notices
        guard notices.count > noticesOfCurrent else { return }
        let fresh = state.withLock { state in
            let fresh = notices[noticesOfCurrent...].filter { !state.notices.contains($0) }
            state.notices = (state.notices + fresh).suffix(20)
            return fresh
        }
        noticesOfCurrent = notices.count
        for notice in fresh { observe(.notice(notice)) }
    }

    public func draw(into picture: RGBImage) throws(LiveError) {
        try current?.draw(into: picture)
    }

    public func held() -> VideoFrame? { current?.held() }

    public func cancel() {
        stop.set()
        state.withLock { $0.cancellation?.cancel() }
    }

    /// The state for `status`. `location` is shown without passwords.
    ///
    /// - Parameter unchanged: seconds for which the picture has been the same.
    public func report(
        location: String, lastFrameAge: Double?, stallTimeout: Duration, unchanged: Double? = nil, frozenAfter: Duration = .zero
    ) -> SourceReport {
        state.withLock { state in
            let isStalled = state.condition == .running && (lastFrameAge ?? 0) > stallTimeout.inSeconds
            let isFrozen = state.condition == .running && unchanged.map { $0 >= frozenAfter.inSeconds } ?? false
            return SourceReport(
                location: PublicAddress.text(location), state: isStalled ? .stalled : isFrozen ? .frozen : state.condition,
                problem: state.cancellation?.waitsFor ?? state.problem, reconnects: state.reconnects, width: state.facts?.width,
                height: state.facts?.height, fps: state.facts?.frameRate.value, lastFrameAge: lastFrameAge,
                unchanged: unchanged, notices: state.notices.isEmpty ? nil : state.notices)
        }
    }

    private func opened() throws(LiveError) -> any FrameSource {
        if let current { return current }
        let cancellation = Cancellation()
        state.withLock {
            $0.cancellation = cancellation
            $0.condition = .opening
        }
        if stop.isSet { cancellation.cancel() }
        let source = try open(cancellation)
        current = source
        (framesOfCurrent, noticesOfCurrent) = (0, 0)
        state.withLock {
            $0.condition = .running
            $0.problem = nil
            $0.facts = source.facts
        }
        observe(.opened(source.facts))
        return source
    }

    /// Lets go of the source and waits its time. False when stopped.
    private func pause(after error: LiveError?) -> Bool {
        if let current, framesOfCurrent > 0 { indexBase += current.frame.index + 1 }
        damagedBefore += current?.damaged ?? 0
        current = nil
        framesOfCurrent = 0
        rounds.startAnew()
        guard !stop.isSet else { return false }
        guard case .forever(let first, let atMost) = policy else { return true }
        let wait = min(first * (1 << min(attempt, 20)), atMost)
        attempt += 1
        state.withLock {
            $0.condition = .waiting
            $0.cancellation = nil
            $0.problem = error?.description ?? "The source has ended."
            $0.reconnects += 1
        }
        observe(.lost(problem: error?.description, retryAfter: wait))
        return clock.sleep(until: clock.now + wait, unless: stop)
    }
}
