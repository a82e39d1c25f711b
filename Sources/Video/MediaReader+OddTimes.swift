extension MediaReader {
    /// Units: seconds; a recording whose time jumps further and soon comes back was stamped wrongly.
    private static let longestJump = 10.0
    /// How many frames in a row may be stamped wrongly.
    private static let mostOdd = 8
    /// How many at the end may be, where nothing comes back, and how far they must be off then. Units: seconds.
    private static let mostOddAtEnd = 3
    private static let farAtEnd = 600.0
    /// Of pictures that are taken at long intervals, so many intervals are not far.
    private static let usualIntervals = 4.0

    /// Looks at the frames after one whose time is far from that of the frame before; where one of them goes on as if nothing had
    /// been, those between get times between.
    ///
    /// Gaps and clocks that were set stay as they are. Live frames have their time of arrival to go by, which the loop does.
    func mendOddTime(of frame: VideoFrame) throws(VideoError) {
        defer {
            if let lastTime { lastInterval = max(0, frame.timestamp.seconds - lastTime.seconds) }
            lastTime = frame.timestamp
        }
        guard !info.isLive, let lastTime, isFar(frame.timestamp, from: lastTime) else { return }
        for place in 0..<Self.mostOdd {
            guard try hold(place + 1) else { return mendLastTimes(of: frame, after: lastTime) }
            let next = held[place].timestamp
            guard !isFar(next, from: lastTime), next.value > lastTime.value else { continue }
            let step = Double(next.value - lastTime.value) / Double(place + 2)
            return retime([frame] + held[..<place], after: lastTime) { max($0, Int64(Double($0) * step)) }
        }
    }

    /// Behind a single frame nothing tells which interval is usual.
    private func mendLastTimes(of frame: VideoFrame, after lastTime: Timestamp) {
        guard lastInterval > 0 else { return }
        let odd = [frame] + held
        let far = max(Self.farAtEnd, lastInterval * Self.usualIntervals)
        guard odd.count <= Self.mostOddAtEnd,
            odd.allSatisfy({ $0.timestamp.value <= lastTime.value || isFar($0.timestamp, from: lastTime, by: far) })
        else { return }
        retime(odd, after: lastTime) { $0 * usualStep }
    }

    /// From a frame to the next, as far as the rate tells. Units: ticks.
    private var usualStep: Int64 {
        let seconds = min(1, max(0, info.frameRate.inverse.value))
        return max(1, Int64(nearest: seconds / info.timeBase.value))
    }

    /// Decodes until so many frames wait for their turn; false where the recording has no more.
    private func hold(_ count: Int) throws(VideoError) -> Bool {
        while held.count < count {
            let ahead = VideoFrame()
            // What ends the recording early is thrown when the frames before it have had their turn.
            guard (try? decode(into: ahead)) == true else { return false }
            held.append(ahead)
        }
        return true
    }

    /// - Parameter ticks: from `time` to each frame's, by its place among them, from 1.
    private func retime(_ frames: [VideoFrame], after time: Timestamp, _ ticks: (Int64) -> Int64) {
        for (place, frame) in frames.enumerated() {
            frame.retime(Timestamp(time.value + ticks(Int64(place + 1)), time.timeBase))
        }
        if !hasSaidThatTimesAreOdd {
            hasSaidThatTimesAreOdd = true
            notices.append(
                "Frame \(frames[0].index) of \(name) is stamped far off its neighbours; such frames get a time between theirs.")
        }
    }

    private func isFar(_ time: Timestamp, from other: Timestamp, by limit: Double = longestJump) -> Bool {
        let (ticks, overflow) = time.value.subtractingReportingOverflow(other.value)
        return overflow || abs(Double(ticks) * time.timeBase.value) > limit
    }
}
