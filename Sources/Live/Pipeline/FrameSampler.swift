import Synchronization
import Threads
import Video

/// Gives a labeled frame to somebody who asks for one, without holding up the loop.
///
/// Threading: `offer` by the inference thread, which never waits; `next` by one other thread.
// Safe to send: the pictures belong to one side at a time, as the atomic phase says.
public final class FrameSampler: @unchecked Sendable {
    private static let idle: UInt8 = 0
    private static let wanted: UInt8 = 1
    private static let filled: UInt8 = 2

    /// A frame with the class map that it got.
    public struct Sample: Sendable {
        public let picture: RGBImage
        public let classMap: GrayImage
    }

    private let sample: Sample
    private let phase = Atomic(FrameSampler.idle)

    init(for segmenter: any FrameSegmenter) {
        sample = Sample(
            picture: RGBImage(width: segmenter.width, height: segmenter.height),
            classMap: GrayImage(width: segmenter.width, height: segmenter.height))
    }

    func offer(_ slot: FrameSlot) {
        guard phase.load(ordering: .acquiring) == Self.wanted else { return }
        sample.picture.bytes.copy(slot.input.bytes)
        sample.classMap.bytes.copy(slot.classMap.bytes)
        phase.store(Self.filled, ordering: .releasing)
    }

    /// The next frame that comes, valid until the next call; nil where none came in `time`, or `stop` was set.
    public func next(within time: Duration, unless stop: StopSignal) -> Sample? {
        // One that was asked for before and came too late is from another time.
        phase.store(Self.wanted, ordering: .releasing)
        let end = MonotonicClock.now + time
        while phase.load(ordering: .acquiring) != Self.filled {
            let now = MonotonicClock.now
            if now >= end || stop.wait(until: min(end, now + .milliseconds(2))) { return nil }
        }
        return sample
    }
}
