import Live
import RoadScenes
import Status
import Synchronization
import Threads
import Video

/// Gives every pixel the class of the frame's number; takes a set time on the test's clock.
// Safe to send: constant but for what is under the mutex.
final class ClockedSegmenter: FrameSegmenter, @unchecked Sendable {
    let width = 8
    let height = 6
    let classes = ClassSet.camvid
    let model = ModelFacts(
        file: "test", fingerprint: "clocked", isConfidenceTrained: true, classes: ClassSet.camvid.names, width: 8, height: 6)
    let judge: (any ConfidenceSource)? = nil
    private let duration: Duration
    private let clock: any PacingClock
    private let labeled = Mutex<[Int]>([])

    init(duration: Duration = .zero, clock: any PacingClock = MonotonicClock()) {
        (self.duration, self.clock) = (duration, clock)
    }

    /// The first bytes of the frames, in order.
    var frames: [Int] { labeled.withLock { $0 } }

    func label(
        _ frame: RGBImage, into classMap: GrayImage, certainty: GrayImage?, confidence: GrayImage?, details: Segmentation?
    ) {
        if duration > .zero { _ = clock.sleep(until: clock.now + duration, unless: StopSignal()) }
        classMap.bytes.fill(with: frame.bytes[0] % 11)
        certainty?.bytes.fill(with: 255)
        confidence?.bytes.fill(with: 255)
        labeled.withLock { $0.append(Int(frame.bytes[0])) }
    }
}
