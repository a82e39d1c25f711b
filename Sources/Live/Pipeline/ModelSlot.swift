import Synchronization

/// Holds the segmenter in use; a new one takes its place between two frames.
///
/// Threading: any thread offers, only the inference thread takes.
public final class ModelSlot: Sendable {
    private struct State {
        var current: any FrameSegmenter
        var offered: (any FrameSegmenter)?
        /// Kept until somebody has the time to let go of its memory.
        var retired: (any FrameSegmenter)?
        var swaps = 0
    }

    private let state: Mutex<State>

    public init(_ segmenter: any FrameSegmenter) {
        state = Mutex(State(current: segmenter))
    }

    /// The segmenter in use, for those who describe it.
    public var current: any FrameSegmenter { state.withLock { $0.current } }
    public var swaps: Int { state.withLock { $0.swaps } }

    /// Whether one that was offered has not been taken yet.
    public var isPending: Bool { state.withLock { $0.offered != nil } }

    /// Hands over a warm segmenter of the same frame size; one offered before and not yet taken is forgotten.
    public func offer(_ segmenter: any FrameSegmenter) {
        releaseRetired()
        state.withLock { state in
            precondition(
                segmenter.width == state.current.width && segmenter.height == state.current.height,
                "a segmenter for another frame size")
            state.offered = segmenter
        }
    }

    /// Forgets one that was offered and not yet taken.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func withdraw() -> Bool {
        let offered = state.withLock { state in
            defer { state.offered = nil }
            return state.offered
        }
        return offered != nil
    }

    /// Lets go of the segmenter that was in use before: off the frame path, as it takes its time.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func releaseRetired() -> Bool {
        let retired = state.withLock { state in
            defer { state.retired = nil }
            return state.retired
        }
        return retired != nil
    }

    /// The segmenter for the next frame. Never waits: while somebody offers, the one in use stays.
    func take(_ inUse: any FrameSegmenter) -> any FrameSegmenter {
        state.withLockIfAvailable { state in
            if let fresh = state.offered {
                state.offered = nil
                state.retired = state.current
                state.current = fresh
                state.swaps += 1
            }
            return state.current
        } ?? inUse
    }
}
