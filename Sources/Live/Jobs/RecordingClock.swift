import Store

/// When the frames of a recording were taken, by what its camera has written into it.
struct RecordingClock: Sendable {
    /// Units: seconds since 1970, of the moment that the recording counts from; nil where it says none.
    private let began: Double?

    init(_ facts: SourceFacts) { began = facts.created.map { $0 - facts.start } }

    /// Nobody knows what kept a camera's clock in step.
    ///
    /// - Parameter seconds: in the recording.
    func time(at seconds: Double) -> FrameTime? { began.map { FrameTime($0 + seconds, doubt: .unsynchronized) } }
}
