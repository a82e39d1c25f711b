import Threads

/// When a service counts as started: with its first labeled frame, which a camera that is off holds up only so long.
///
/// A computer's start, `systemctl start` and `systemctl reload` wait for it.
package struct Readiness {
    package enum Event {
        case firstFrame
        /// The camera has not given a frame in time.
        case withoutFrame
    }

    /// A camera on the network takes seconds to open.
    package static let patience = Duration.seconds(10)

    private var deadline: Duration?
    private var hasFrame = false
    /// Whether the service counts as started.
    package private(set) var isStarted = false

    package init() {}

    /// - Parameters:
    ///   - frames: labeled until now.
    ///   - time: of a clock that nobody sets.
    /// - Returns: nil where nothing has changed.
    package mutating func change(frames: Int, at time: Duration) -> Event? {
        let deadline = deadline ?? time + Self.patience
        self.deadline = deadline
        if frames > 0, !hasFrame {
            (hasFrame, isStarted) = (true, true)
            return .firstFrame
        }
        guard !isStarted, time >= deadline else { return nil }
        isStarted = true
        return .withoutFrame
    }
}
