import CFFmpeg

/// Times of pictures that have none: when they came, counted from the first.
struct ArrivalClock {
    /// Units: nanoseconds of the monotonic clock.
    private var start: Int64?

    /// Units: ticks of `timeBase`.
    mutating func now(in timeBase: Rational) -> Int64 {
        let now = Interruption.now()
        let first = start ?? now
        start = first
        return av_rescale_q(now - first, AVRational(num: 1, den: 1_000_000_000), timeBase.av)
    }
}
