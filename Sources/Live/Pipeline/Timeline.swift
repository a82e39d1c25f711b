import Threads
import Video

/// Gives live frames times that go on as the frames come, where their source stamps single ones hours away or starts its clock
/// anew.
///
/// A stamp is believed where it agrees with the time of arrival to ten seconds: networks and cameras hold frames back. A frame
/// whose stamp does not gets the time at which it came; where the next frames agree with it, the clock was set, and they follow on
/// from there.
package struct Timeline {
    /// Units: seconds.
    private static let tolerance = 10.0
    /// Units: seconds; most that a frame off the line moves the time on, however long nothing came before.
    private static let longestStep = 1.0

    private var last: (time: Timestamp, arrival: Duration)?
    /// Units: ticks between a frame's stamp and its time.
    private var offset: Int64 = 0
    /// The offset that the last frame off the line would have had.
    private var otherOffset: Int64?
    private var offLine = 0
    /// Frames whose stamps were far off those before and after.
    package private(set) var oddTimes = 0

    package init() {}

    /// The time of a frame with this stamp that came now.
    package mutating func place(_ stamp: Timestamp, at arrival: Duration) -> Timestamp {
        guard let (previous, before) = last else {
            last = (stamp, arrival)
            return stamp
        }
        let value = stamp.rescaled(to: previous.timeBase).value
        let elapsed = (arrival - before).inSeconds
        let ticks: Int64
        if let time = believed(value, offset, after: previous, elapsed) {
            ticks = time
            oddTimes += offLine
            (offLine, otherOffset) = (0, nil)
        } else if let otherOffset, let time = believed(value, otherOffset, after: previous, elapsed) {
            ticks = time
            offset = otherOffset
            (offLine, self.otherOffset) = (0, nil)
        } else {
            let step = Int64(nearest: min(max(elapsed, 0), Self.longestStep) / previous.timeBase.value)
            ticks = previous.value.addingReportingOverflow(max(1, step)).partialValue
            let (difference, overflow) = ticks.subtractingReportingOverflow(value)
            otherOffset = overflow ? nil : difference
            offLine += 1
        }
        let time = Timestamp(ticks, previous.timeBase)
        last = (time, arrival)
        return time
    }

    /// The stamp's time with this offset; nil where it does not agree with the time of arrival, or lies before the last one.
    private func believed(_ value: Int64, _ offset: Int64, after previous: Timestamp, _ elapsed: Double) -> Int64? {
        let (time, overflow) = value.addingReportingOverflow(offset)
        let (ticks, tooFar) = time.subtractingReportingOverflow(previous.value)
        guard !overflow, !tooFar, ticks >= 0 else { return nil }
        return abs(Double(ticks) * previous.timeBase.value - elapsed) <= Self.tolerance ? time : nil
    }
}
