import Synchronization
import Threads
import Video

/// The buffers of one frame on its way through the pipeline; made once, used again and again.
///
/// Threading: the reader writes, then the inference thread, then the outputs read; the queues between them hand it over.
// Safe to send: every field has one writer, and a queue's lock lies between a write and each later read.
public final class FrameSlot: @unchecked Sendable {
    /// Shape: the segmenter's size.
    public let input: RGBImage
    /// Shape: the segmenter's size.
    public let classMap: GrayImage
    /// Shape: the segmenter's size; nil where nobody asked for it.
    public let confidence: GrayImage?
    /// Each pixel's probability of its class; nil where nobody asked for it.
    let certainty: GrayImage?
    /// Where the frame lies in `input` and the maps, and what of them is hidden.
    public internal(set) var view: FrameView
    /// The frame at the outputs' size; nil where no output shows the picture.
    public internal(set) var picture: RGBImage?
    /// Units: pixels; what the outputs write.
    public internal(set) var outputWidth = 0
    public internal(set) var outputHeight = 0

    /// The frame as it was decoded; nil where nobody wants it larger than the network sees it.
    var original: VideoFrame?

    public internal(set) var stamp = FrameStamp(index: 0, time: Timestamp(0, Rational(1, 1)))
    public internal(set) var facts = SourceFacts(
        width: 0, height: 0, frameRate: Rational(0, 1), frameCount: nil, isLive: false, timeBase: Rational(1, 1))
    /// Units: pixels; the frame's own, which may differ from that of the source's first.
    var frameWidth: Int { stamp.width > 0 ? stamp.width : outputWidth }
    var frameHeight: Int { stamp.height > 0 ? stamp.height : outputHeight }
    /// On a road that is unfamiliar to the model, the share of the pixels that should be right, 0…1; nil on others.
    public internal(set) var unfamiliar: Double?
    /// Whether its picture has not changed for so long that the camera may hang.
    public internal(set) var isFrozen = false
    /// When and where it was taken, where somebody asked for it.
    public internal(set) var circumstances = FrameCircumstances()
    /// When the frame had been decoded, or its turn came, on the loop's clock.
    public internal(set) var captured = Duration.zero
    /// When its class map was there.
    public internal(set) var delivered = Duration.zero
    /// Frames a second, measured over the last frames; 0 until known.
    public internal(set) var measuredRate = 0.0

    private let users = Atomic(0)
    /// Where free slots lie. Weak, as they would keep it, and it them.
    private weak var home: BoundedQueue<FrameSlot>?

    init(width: Int, height: Int, withCertainty: Bool, withConfidence: Bool, home: BoundedQueue<FrameSlot>) {
        input = RGBImage(width: width, height: height)
        classMap = GrayImage(width: width, height: height)
        certainty = withCertainty ? GrayImage(width: width, height: height) : nil
        confidence = withConfidence ? GrayImage(width: width, height: height) : nil
        view = .whole(width: width, height: height)
        self.home = home
    }

    func retain() {
        users.add(1, ordering: .relaxed)
    }

    /// The last user's release sends the slot back to the free ones.
    func release() {
        if users.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
            // Decoders have few pictures, and they are large.
            original = nil
            _ = home?.tryPush(self)
        }
    }

    /// Makes room for the picture; allocates only when the size is new.
    func preparePicture(width: Int, height: Int) -> RGBImage {
        if let picture, picture.width == width, picture.height == height { return picture }
        let fresh = RGBImage(width: width, height: height)
        picture = fresh
        return fresh
    }
}
