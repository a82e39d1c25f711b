/// When frames are handed to the segmenter.
public enum Pace: Sendable, Equatable {
    /// As fast as the segmenter takes them; the source waits.
    case unpaced
    /// Every frame of a recording at the loop's rate; the source waits.
    case everyFrame
    /// A recording plays at its own timestamps, like a camera; the newest frame wins.
    case source
    /// Frames come by themselves; the newest wins.
    case live

    /// Whether older frames give way to newer ones instead of the source waiting.
    public var newestWins: Bool { self == .source || self == .live }
}
