import Live
import Store
import Synchronization

/// Models by number, of which the test says which one is wanted.
final class ListedModels: ModelSource {
    private struct State {
        var wanted: [Int]
        var rollbacks: [(number: Int, reason: String)] = []
        var loads = 0
        var restored: Int?
        var failure: LiveError?
        var watch: ModelWatch?
    }

    private let state: Mutex<State>
    private let make: @Sendable (Int) -> any FrameSegmenter

    init(_ first: Int, make: @escaping @Sendable (Int) -> any FrameSegmenter = { PlainModel($0) }) {
        state = Mutex(State(wanted: [first]))
        self.make = make
    }

    var rollbacks: [(number: Int, reason: String)] { state.withLock { $0.rollbacks } }
    var loads: Int { state.withLock { $0.loads } }

    func promote(_ number: Int) {
        state.withLock { state in
            state.wanted.append(number)
            state.restored = nil
        }
    }
    /// What loading throws; nil for nothing.
    func fail(_ failure: LiveError?) { state.withLock { $0.failure = failure } }

    func wanted() -> Int? { state.withLock { $0.wanted.last } }

    func segmenter(_ number: Int) throws(LiveError) -> any FrameSegmenter {
        let failure = state.withLock { state in
            state.loads += 1
            return state.failure
        }
        if let failure { throw failure }
        return make(number)
    }

    /// What a daemon before this one has kept, and what this one keeps.
    var kept: ModelWatch? {
        get { state.withLock { $0.watch } }
        set { state.withLock { $0.watch = newValue } }
    }
    func watch() -> ModelWatch? { kept }
    func keep(_ watch: ModelWatch) { kept = watch }

    func witness(_ number: Int) -> any FrameSegmenter { PlainModel(number) }

    func isReturn(_ number: Int) -> Bool { state.withLock { $0.restored == number } }

    func rollBack(_ number: Int, reason: String) {
        state.withLock { state in
            guard state.wanted.last == number else { return }
            state.wanted.removeLast()
            state.restored = state.wanted.last
            state.rollbacks.append((number, reason))
        }
    }
}
