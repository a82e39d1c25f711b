extension MediaReader {
    /// Units: seconds; a recording whose time jumps further and comes back with the next frame was stamped wrongly.
    private static let longestJump = 10.0

    /// Looks at the frame after one whose time is far from that of the frame before; where that goes on as if nothing had
    /// been, the one between gets a time between.
    ///
    /// Gaps and clocks that were set stay as they are. Live frames have their time of arrival to go by, which the loop does.
    func mendOddTime(of frame: VideoFrame) throws(VideoError) {
        defer { lastTime = frame.timestamp }
        guard !info.isLive, let lastTime, isFar(frame.timestamp, from: lastTime) else { return }
        let ahead = VideoFrame()
        guard try decode(into: ahead) else { return }
        held = ahead
        guard !isFar(ahead.timestamp, from: lastTime), ahead.timestamp.value > lastTime.value else { return }
        let half = (ahead.timestamp.value - lastTime.value) / 2
        frame.retime(Timestamp(lastTime.value + max(1, half), lastTime.timeBase))
        if !hasSaidThatTimesAreOdd {
            hasSaidThatTimesAreOdd = true
            notices.append(
                "Frame \(frame.index) of \(name) is stamped far off its neighbours; such frames get a time between theirs.")
        }
    }

    private func isFar(_ time: Timestamp, from other: Timestamp) -> Bool {
        let (ticks, overflow) = time.value.subtractingReportingOverflow(other.value)
        return overflow || abs(Double(ticks) * time.timeBase.value) > Self.longestJump
    }
}
