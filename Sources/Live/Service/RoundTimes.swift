import Video

/// Times of a recording that repeats: each round begins where the last frame of the one before has been shown for as long as it is.
///
/// A source whose rounds are never added keeps its times.
struct RoundTimes {
    /// When the last frame is over, by the times that were given out.
    private var end: Timestamp?
    private var offset: Timestamp?
    private var isFirst = true

    /// The next frame will be the first of a round.
    mutating func startAnew() { isFirst = true }

    /// The source has read this frame.
    mutating func add(_ frame: FrameStamp, rate: Rational) {
        let base = frame.time.timeBase
        if isFirst, let end {
            let (ticks, overflow) = end.rescaled(to: base).value.subtractingReportingOverflow(frame.time.value)
            offset = overflow ? nil : Timestamp(ticks, base)
        }
        isFirst = false
        let seconds = frame.duration ?? rate.inverse.value
        let ticks = base.value > 0 ? max(1, Int64(nearest: seconds / base.value)) : 1
        end = Timestamp(time(of: frame.time).value.addingReportingOverflow(ticks).partialValue, base)
    }

    func time(of time: Timestamp) -> Timestamp {
        guard let offset else { return time }
        let (ticks, overflow) = time.value.addingReportingOverflow(offset.rescaled(to: time.timeBase).value)
        return overflow ? time : Timestamp(ticks, time.timeBase)
    }
}
