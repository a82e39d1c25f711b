/// When and where the frames of a recording were taken, as far as that is known.
public struct CircumstanceSummary: Sendable, Codable, Equatable {
    /// Frames, each of which has a line in every sidecar.
    public var frames = 0
    /// Those with a position.
    public var located = 0
    /// Of the first and the last frame that has one, such as 2026-11-27T14:05:30.480Z.
    public var began: String?
    public var ended: String?

    public init() {}

    mutating func add(_ slot: FrameSlot) {
        frames += 1
        if slot.circumstances.position != nil { located += 1 }
        guard let time = slot.circumstances.time else { return }
        ended = UTCTime.text(time.seconds)
        began = began ?? ended
    }
}
