/// When and where the frames of a recording were taken.
public struct RecordingCircumstances: Sendable {
    private let clock: RecordingClock

    public init(_ facts: SourceFacts) { clock = RecordingClock(facts) }

    /// Of one frame.
    @Sendable public func of(_ stamp: FrameStamp) -> FrameCircumstances {
        FrameCircumstances(time: clock.time(at: stamp.time.seconds))
    }
}
