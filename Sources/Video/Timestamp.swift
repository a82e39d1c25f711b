import CFFmpeg

/// A moment of a video: a whole number of ticks of its time base.
///
/// Units: `value` × `timeBase` seconds.
public struct Timestamp: Sendable, Hashable {
    public var value: Int64
    public var timeBase: Rational

    public init(_ value: Int64, _ timeBase: Rational) {
        self.value = value
        self.timeBase = timeBase
    }

    public var seconds: Double { Double(value) * timeBase.value }

    /// The same moment in another time base, rounded to its nearest tick.
    public func rescaled(to other: Rational) -> Timestamp {
        other == timeBase ? self : Timestamp(av_rescale_q(value, timeBase.av, other.av), other)
    }
}
