/// Turns the source's times into ones that a container takes: not negative, each later than the one before.
struct SinkClock {
    let timeBase: Rational
    /// Units: ticks of `timeBase`, at least one.
    let frameDuration: Int64

    private let startsAtZero: Bool
    private var offset: Int64?
    private var last: Int64 = -1
    /// Units: ticks. A first time beyond it, or a later one that is so much later than the one before, is no time of any clock.
    private let farthest: Int64
    private let longestGap: Int64

    /// - Parameter longestGap: that the container takes between two frames; units: ticks; nil where it takes any.
    init(timeBase: Rational, frameRate: Rational, startsAtZero: Bool, longestGap: Int64? = nil) {
        self.timeBase = timeBase
        self.startsAtZero = startsAtZero
        farthest = Int64(nearest: 1e11 / timeBase.value)
        self.longestGap = longestGap ?? Int64(nearest: 1e7 / timeBase.value)
        frameDuration = max(1, Timestamp(1, frameRate.inverse).rescaled(to: timeBase).value)
    }

    mutating func tick(for time: Timestamp) -> Int64 {
        // Beyond this, containers and FFmpeg's own arithmetic overflow.
        let limit: Int64 = 1 << 60
        let value = min(max(time.rescaled(to: timeBase).value, -limit), limit)
        if offset == nil { offset = startsAtZero || value < 0 || value > farthest ? -value : 0 }
        var tick = value + offset!
        if tick <= last || last >= 0 && tick - last > longestGap {
            // A small step back is a rounding or a doubled frame; a large one, or months ahead, is a new clock.
            let isNewClock = tick > last || last - tick > 4 * frameDuration
            tick = last + (isNewClock ? frameDuration : 1)
            if isNewClock { offset = tick - value }
        }
        last = tick
        return tick
    }
}
