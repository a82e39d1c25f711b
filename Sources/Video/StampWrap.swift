/// Takes back what counters of few bits do to times: MPEG-TS counts to 2³³ of 90,000 ticks a second, which is 26.5 hours.
///
/// FFmpeg's own way takes every clock that starts anew for a counter that ran over, and adds a day. Here only a step by the whole
/// counter is one, to an hour.
struct StampWrap {
    private let period: Int64
    private let tolerance: Int64
    private var offset: Int64 = 0
    private var last: Int64?

    /// - Parameter bits: of the counter; one of 40 and more never runs over.
    init(bits: Int32, timeBase: Rational) {
        period = (1..<40).contains(bits) ? 1 << Int64(bits) : 0
        let hour = timeBase.value > 0 ? Int64(nearest: 3600 / timeBase.value) : 0
        tolerance = min(hour, period / 8)
    }

    /// - Parameter stamp: the next one, of a packet's decoding or showing. Units: ticks.
    mutating func unwrap(_ stamp: inout Int64) {
        guard period > 0, stamp != FFmpeg.noTimestamp else { return }
        var value = stamp.addingReportingOverflow(offset).partialValue
        if let last {
            let step = value.subtractingReportingOverflow(last).partialValue
            if step.addingReportingOverflow(period).partialValue.magnitude < tolerance.magnitude { move(by: period, &value) }
            if step.subtractingReportingOverflow(period).partialValue.magnitude < tolerance.magnitude {
                move(by: -period, &value)
            }
        }
        last = value
        stamp = value
    }

    private mutating func move(by ticks: Int64, _ value: inout Int64) {
        offset = offset.addingReportingOverflow(ticks).partialValue
        value = value.addingReportingOverflow(ticks).partialValue
    }
}
