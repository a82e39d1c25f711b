/// Turns the source's times into ones that a container takes: not negative, each later than the one before.
struct SinkClock {
    let timeBase: Rational
    /// Units: ticks of `timeBase`, at least one.
    let frameDuration: Int64

    private let startsAtZero: Bool
    private var offset: Int64?
    private var last: Int64 = -1

    init(timeBase: Rational, frameRate: Rational, startsAtZero: Bool) {
        self.timeBase = timeBase
        self.startsAtZero = startsAtZero
        frameDuration = max(1, Timestamp(1, frameRate.inverse).rescaled(to: timeBase).value)
    }

    mutating func tick(for time: Timestamp) -> Int64 {
        // Beyond this, containers and FFmpeg's own arithmetic overflow.
        let limit: Int64 = 1 << 60
        let value = min(max(time.rescaled(to: timeBase).value, -limit), limit)
        if offset == nil { offset = startsAtZero || value < 0 ? -value : 0 }
        var tick = value + offset!
        if tick <= last {
            // A small step back is a rounding or a doubled frame; a large one is a new clock.
            let isNewClock = last - tick > 4 * frameDuration
            tick = last + (isNewClock ? frameDuration : 1)
            if isNewClock { offset = tick - value }
        }
        last = tick
        return tick
    }
}
