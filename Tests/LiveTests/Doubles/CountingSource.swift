import Live
import Synchronization
import Threads
import Video

/// Frames whose first byte is their number; each takes as long as the test says.
// Safe to send: the reading thread owns it, the flag is under a mutex.
final class CountingSource: FrameSource, @unchecked Sendable {
    let facts: SourceFacts
    private let count: Int
    private let failure: LiveError?
    private let interval: Duration
    private let changesUntil: Int
    private let clock: any PacingClock
    private let stop = StopSignal()
    private var next = 0
    private var start: Duration?

    /// - Parameters:
    ///   - interval: between two frames on `clock`; zero for a recording that is read as fast as it goes.
    ///   - changesUntil: from this frame on the picture stays the same.
    ///   - failure: thrown after the last frame instead of an end.
    init(
        frames: Int, rate: Int32 = 10, interval: Duration = .zero, clock: any PacingClock = MonotonicClock(),
        changesUntil: Int = .max, failure: LiveError? = nil
    ) {
        self.changesUntil = changesUntil
        (count, self.interval, self.clock, self.failure) = (frames, interval, clock, failure)
        facts = SourceFacts(
            width: 8, height: 6, frameRate: Rational(rate, 1), frameCount: frames, isLive: interval > .zero,
            timeBase: Rational(1, rate))
    }

    var frame: FrameStamp { FrameStamp(index: next - 1, time: Timestamp(Int64(next - 1), facts.timeBase)) }
    var damaged: Int { 0 }

    func read() throws(LiveError) -> Bool {
        if next == count {
            if let failure { throw failure }
            return false
        }
        let start = start ?? clock.now
        self.start = start
        if interval > .zero, !clock.sleep(until: start + interval * (next + 1), unless: stop) { return false }
        next += 1
        return !stop.isSet
    }

    func draw(into picture: RGBImage) {
        picture.bytes[0] = UInt8(truncatingIfNeeded: next - 1)
        // What a comparison of pictures sees, which may thin them out and look at green only.
        picture.bytes[1] = UInt8(truncatingIfNeeded: min(next - 1, changesUntil) * 8)
    }

    func cancel() { stop.set() }
}
