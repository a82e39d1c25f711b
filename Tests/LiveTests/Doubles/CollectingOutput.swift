import Live
import Synchronization
import Threads

/// Keeps the numbers and ages of the frames it was given; can be made slow or broken.
// Safe to send: everything that changes is under the mutex.
final class CollectingOutput: FrameOutput, @unchecked Sendable {
    private let state = Mutex((indices: [Int](), ages: [Duration](), closed: false))
    /// Set by the test to let a slow output go on.
    let gate = StopSignal()
    private let waitsForGate: Bool
    private let failure: LiveError?

    init(waitsForGate: Bool = false, failure: LiveError? = nil) {
        (self.waitsForGate, self.failure) = (waitsForGate, failure)
    }

    var indices: [Int] { state.withLock { $0.indices } }
    /// From capture to class map.
    var ages: [Duration] { state.withLock { $0.ages } }
    var isClosed: Bool { state.withLock { $0.closed } }

    func write(_ slot: FrameSlot) throws(LiveError) {
        if let failure { throw failure }
        if waitsForGate { _ = gate.wait() }
        state.withLock {
            $0.indices.append(slot.stamp.index)
            $0.ages.append(slot.delivered - slot.captured)
        }
    }

    func close() {
        state.withLock { $0.closed = true }
    }

    func lane(_ policy: OutputLane.Policy, needsPicture: Bool = false) -> OutputLane {
        OutputLane("test", needsPicture: needsPicture, policy: policy) { _ in self }
    }
}
