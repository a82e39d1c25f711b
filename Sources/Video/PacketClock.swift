import CFFmpeg

/// Gives packets times that a container takes, and a place on one line of time, whatever their source stamps.
struct PacketClock {
    struct Place {
        /// Units: ticks of the stream.
        var pts: Int64
        var dts: Int64
        /// Units: seconds.
        var position: Double
        /// Another one where the times do not follow on.
        var clock: Int
    }

    /// Units: seconds; what is further ahead is another clock.
    private static let longestStep = 10.0
    /// Units: seconds; a smaller step back is a rounding.
    private static let smallestJump = 0.5

    private var last: (dts: Int64, arrival: Double)?
    /// Where the line of time and the stream's meet, for as long as its times follow on.
    private var anchor: (position: Double, dts: Int64) = (0, 0)
    private var position = 0.0
    private var clock = 0
    private var isNewStream = true
    /// Units: seconds; when the first packet without times came.
    private var start: Double?

    /// Times of what comes next have nothing to do with those before.
    mutating func beginStream() { isNewStream = true }

    /// - Parameter now: units: seconds of any steady clock.
    mutating func place(pts: Int64, dts: Int64, duration: Int64, in stream: PacketStream, now: Double) -> Place {
        let tick = stream.timeBase.value
        var (pts, dts) = (pts, dts)
        let none = FFmpeg.noTimestamp
        if stream.hasNoTimes {
            let delay = pts != none && dts != none ? pts.subtractingReportingOverflow(dts).partialValue : 0
            let first = start ?? now
            start = first
            dts = Int64(nearest: (now - first) / tick)
            pts = dts + min(max(delay, 0), Int64(nearest: 1 / tick))
        }
        let next: Int64 =
            last.map { last in
                let (next, overflow) = last.dts.addingReportingOverflow(max(1, duration))
                return overflow ? Int64.max : next
            } ?? 0
        if dts == none { dts = pts != none && (last.map { pts > $0.dts } ?? true) ? pts : next }
        if pts == none { pts = dts }
        let least = max(tick, min(1, stream.frameRate.inverse.value))
        if let last, !isNewStream {
            let (ticks, overflow) = dts.subtractingReportingOverflow(last.dts)
            let step = Double(ticks) * tick
            if !overflow, step <= 0, step > -Self.smallestJump {
                dts = last.dts &+ 1
                pts = max(pts, dts)
            } else if overflow || step < 0 || step > Self.longestStep {
                clock += 1
                anchor = (position + max(least, now - last.arrival), dts)
            }
        } else if let last {
            clock += 1
            anchor = (position + max(least, now - last.arrival), dts)
        } else {
            anchor = (0, dts)
        }
        // Counted from there: sums of small steps would drift.
        position = anchor.position + (Double(dts) - Double(anchor.dts)) * tick
        isNewStream = false
        last = (dts, now)
        return Place(pts: pts, dts: dts, position: position, clock: clock)
    }
}
