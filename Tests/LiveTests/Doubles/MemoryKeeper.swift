import Live
import Store
import Synchronization

/// Keeps what a test wants to see of the frames that the gate gives it; can be full or broken.
final class MemoryKeeper: FrameKeeper {
    struct Kept: Sendable {
        var model: String
        var frameNumber: Int
        var labels: [UInt8]
        var signature: [UInt8]
        var clock: ClockDoubt?
        /// The first byte of the frame before; nil where there is none.
        var before: UInt8?
        /// Nil for frames that are learned from.
        var unsureness: Double?
    }

    let limits: SpoolLimits
    private let state = Mutex((kept: [Kept](), failure: StoreError?.none, attempts: 0))

    init(limits: SpoolLimits = SpoolLimits()) { self.limits = limits }

    var kept: [Kept] { state.withLock { $0.kept } }
    var attempts: Int { state.withLock { $0.attempts } }
    func fail(_ failure: StoreError?) { state.withLock { $0.failure = failure } }

    func keep(_ entry: SpoolEntry) throws(StoreError) {
        let kept = Kept(
            model: entry.model, frameNumber: entry.frameNumber, labels: Array(entry.labels.bytes), signature: entry.signature,
            clock: entry.clock, before: entry.before?.bytes[0],
            unsureness: entry.unsureness)
        let failure = state.withLock { state in
            state.attempts += 1
            if state.failure == nil { state.kept.append(kept) }
            return state.failure
        }
        if let failure { throw failure }
    }

    func signatures() throws(StoreError) -> [[UInt8]] { kept.map(\.signature) }

    func unsure() throws(StoreError) -> (items: Int, least: Double?) {
        let waiting = kept.compactMap(\.unsureness)
        return (waiting.count, waiting.min())
    }

    func held() throws(StoreError) -> (items: Int, bytes: Int) { (kept.count { $0.unsureness == nil }, 0) }
}
