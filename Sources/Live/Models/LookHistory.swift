import Synchronization

/// The gate's last looks, and while a model is on probation the looks of the one before it at the same frames.
///
/// Threading: any.
// Safe to send: everything is under the mutex.
public final class LookHistory: Sendable {
    private struct State {
        /// Newest last; the witness' look is nil where there was none.
        var looks: [(look: GateLook, witness: GateLook?)] = []
        var witness: (any FrameSegmenter)?
    }

    private let mostKept = 48
    private let state = Mutex(State())

    public init() {}

    /// What labels the gate's frames once more, for comparison; nil while nothing is compared.
    public var witness: (any FrameSegmenter)? {
        get { state.withLock { $0.witness } }
        set { state.withLock { $0.witness = newValue } }
    }

    public func add(_ look: GateLook, witness: GateLook? = nil) {
        state.withLock { state in
            state.looks.append((look, witness))
            if state.looks.count > mostKept { state.looks.removeFirst() }
        }
    }

    /// The last looks at frames that `model` labeled and `witness` labeled too, as many of each, newest last.
    public func looks(of model: String, beside witness: String) -> (model: [GateLook], witness: [GateLook]) {
        let pairs = state.withLock { state in state.looks.filter { $0.look.model == model && $0.witness?.model == witness } }
        return (pairs.map(\.look), pairs.compactMap(\.witness))
    }
}
