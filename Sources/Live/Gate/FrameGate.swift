import Foundation
import NeuralNetwork
import RoadScenes
import Status
import Store
import Synchronization
import Threads
import Video

/// Looks at a frame now and then, at idle priority, and keeps those that the learner can use.
///
/// Threading: a thread of its own looks; `report`, `stop` and `wait` from any.
// Safe to send: what changes is under the mutex or belongs to the gate's thread.
public final class FrameGate: @unchecked Sendable {
    public struct Options: Sendable {
        /// Which pixels get a label.
        public var selection: PixelSelection
        public var rules: GateRules
        /// Of one processor, 0…1.
        public var cpu: Double
        /// Names the source in the spool, without passwords.
        public var source: String
        /// Frames are kept as large as this beside what the network sees, for people to label; nil keeps none.
        public var originalSize: Graph.Size?
        /// What speaks against the time at which a frame was taken.
        public var clockDoubt: @Sendable (Date) -> ClockDoubt? = { WallClock.doubt(of: $0) }

        public init(selection: PixelSelection, rules: GateRules, cpu: Double, source: String) {
            (self.selection, self.rules, self.cpu, self.source) = (selection, rules, cpu, source)
        }
    }

    private struct State {
        var decisions: [GateDecision: Int] = [:]
        var used = Duration.zero
        var last: GateLook?
        var problem: StoreError?
        var familiarity: Familiarity?
        /// Newest last.
        var recent: [GateTurn] = []
        /// While it runs.
        var runner: pthread_t?
    }

    /// So many turns are remembered one by one.
    private static let recentTurns = 40

    public let handover: GateHandover
    public let window: GateWindow
    private let keeper: any FrameKeeper
    private let options: Options
    private let clock: any PacingClock
    /// Gets every look, and says which other model looks too.
    private let history: LookHistory
    private let stopSignal = StopSignal()
    private let state = Mutex(State())
    private let thread = Mutex<NamedThread?>(nil)
    private let started: Duration
    // The gate's thread only, from here on.
    private let viewer: GateViewer
    private var memory = GateMemory()
    private var secondSight: SecondSight?
    /// Mean confidences of the last looks with one model, newest last.
    private var confidences: (model: String, values: [Double]) = ("", [])

    public init(
        _ options: Options, handover: GateHandover, for segmenter: any FrameSegmenter, keeper: any FrameKeeper,
        clock: any PacingClock = MonotonicClock(), history: LookHistory = LookHistory()
    ) {
        (self.options, self.handover, self.keeper, self.clock, self.history) = (options, handover, keeper, clock, history)
        viewer = GateViewer(segmenter, selection: options.selection)
        window = GateWindow(width: segmenter.width, height: segmenter.height)
        started = clock.now
    }

    public func start() {
        thread.withLock { $0 = NamedThread("gate") { [self] in run() } }
    }

    /// Asks for the end; a frame being written is still written.
    public func stop() {
        stopSignal.set()
        state.withLock { if let runner = $0.runner { ThreadPriority.compete(runner) } }
    }

    /// False when the thread still ran at `deadline`.
    public func wait(until deadline: Duration) -> Bool {
        thread.withLock { $0 }?.wait(until: deadline) ?? true
    }

    public func report(at now: Duration) -> GateReport {
        state.withLock { state in
            var decisions = state.decisions
            decisions[.busy] = handover.missed
            decisions[.damaged] = handover.damaged
            if handover.frozen > 0 { decisions[.frozen] = handover.frozen }
            return GateReport(
                decisions: Dictionary(uniqueKeysWithValues: decisions.map { ($0.rawValue, $1) }),
                cpu: state.used.inSeconds / max((now - started).inSeconds, 1e-3), selected: state.last?.selectedRatio,
                confidence: state.last?.meanConfidence, problem: state.problem?.description, recent: state.recent.reversed(),
                familiarity: state.familiarity)
        }
    }

    private func run() {
        ThreadPriority.yieldToOthers()
        state.withLock { $0.runner = pthread_self() }
        defer { state.withLock { $0.runner = nil } }
        while !stopSignal.isSet {
            guard let frame = handover.take(for: .milliseconds(200)) else { continue }
            let (began, before) = (clock.now, ProcessorTime.ofThread)
            turn(frame)
            let used = ProcessorTime.ofThread - before
            state.withLock { $0.used += used }
            _ = clock.sleep(until: began + ProcessorTime.span(of: used, share: options.cpu), unless: stopSignal)
            handover.giveBack()
        }
    }

    private func turn(_ frame: GateFrame) {
        guard let segmenter = frame.segmenter, let judge = segmenter.judge else { return }
        let look = viewer.look(frame.result, frame.view, judge: judge, model: segmenter.model.fingerprint)
        let familiarity = familiarity(look, judge.calibration)
        handover.unfamiliar = familiarity.flatMap { $0.isUnfamiliar ? $0.expectedAccuracy : nil }
        history.add(look, witness: lookAgain(frame))
        window.show(frame.picture, viewer.confidence)
        let signature = FrameSignature.of(frame.picture)
        var problem: StoreError?
        var decision = options.rules.decide(look) {
            FrameSignature.nearest(signature, known())
        } spool: {
            spoolState()
        } queue: {
            unsureQueue()
        }
        let isKept = decision == .spooled || decision == .unsure
        if isKept {
            do throws(StoreError) {
                let isUnsure = decision == .unsure
                try keeper.keep(entry(frame, look, signature, unsureness: isUnsure ? look.unsureness : nil))
                memory.added(signature, isUnsure: isUnsure, at: clock.now)
            } catch {
                decision = .failed
                problem = error
            }
        }
        state.withLock { [decision, problem] state in
            state.familiarity = familiarity
            state.decisions[decision, default: 0] += 1
            state.last = look
            state.recent.append(
                GateTurn(
                    time: frame.time.timeIntervalSince1970, frame: frame.stamp.index, decision: decision,
                    selected: look.selectedRatio, confidence: look.meanConfidence))
            if state.recent.count > Self.recentTurns { state.recent.removeFirst() }
            if isKept { state.problem = problem }
        }
    }

    private func familiarity(_ look: GateLook, _ calibration: ConfidenceCalibration?) -> Familiarity? {
        if confidences.model != look.model { confidences = (look.model, []) }
        confidences.values.append(look.meanConfidence)
        if confidences.values.count > Familiarity.looks { confidences.values.removeFirst() }
        return Familiarity(confidences.values, calibration)
    }

    /// What the model before sees in the same frame, while the one that labeled it is on probation.
    private func lookAgain(_ frame: GateFrame) -> GateLook? {
        guard let witness = history.witness else {
            secondSight = nil
            return nil
        }
        if secondSight?.isOf(witness) != true { secondSight = SecondSight(witness, selection: options.selection) }
        return secondSight?.look(frame.picture, frame.view)
    }

    private func entry(_ frame: GateFrame, _ look: GateLook, _ signature: [UInt8], unsureness: Double?) -> SpoolEntry {
        SpoolEntry(
            frame: frame.view.cropped(frame.picture), labels: frame.view.cropped(viewer.labels), source: options.source,
            frameNumber: frame.stamp.index,
            time: frame.time, model: look.model, threshold: options.selection.threshold, selectedRatio: look.selectedRatio,
            signature: signature, clock: options.clockDoubt(frame.time),
            before: frame.hasBefore ? frame.view.cropped(frame.before) : nil, unsureness: unsureness,
            original: options.originalSize.flatMap(frame.picture(within:)))
    }

    /// The signatures of the spool's frames, and of those that were added lately: the spool may be unreadable, or have evicted them.
    private func known() -> [[UInt8]] {
        ((try? keeper.signatures()) ?? []) + memory.signatures
    }

    private func unsureQueue() -> GateRules.UnsureQueue {
        // A spool that cannot be read gets no frame for a person: nothing is known of the others.
        guard let waiting = try? keeper.unsure() else { return .init(items: 0, limit: 0, least: nil) }
        return .init(
            items: waiting.items, limit: keeper.limits.unsureItems, least: waiting.least,
            isResting: memory.isResting(at: clock.now))
    }

    private func spoolState() -> GateRules.SpoolState {
        let added = memory.addedLately(at: clock.now)
        // A spool that cannot be read is no reason to decide against a frame: adding it says what is wrong.
        guard let held = try? keeper.held() else { return .init(isFull: false, items: 0, addedLately: added) }
        let limits = keeper.limits
        let isFull = held.items >= limits.items || Double(held.bytes) >= Double(limits.bytes) * 0.95
        return .init(isFull: isFull, items: held.items, addedLately: added)
    }
}
