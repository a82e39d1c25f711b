import Synchronization
import Video

/// The frame that the gate looked at last, with its confidence map, for those who look on.
///
/// Threading: any; whoever is inside holds up the gate, never the loop.
// Safe to send: the pictures are only touched under the mutex.
public final class GateWindow: @unchecked Sendable {
    private let picture: RGBImage
    private let confidence: GrayImage
    private let looks = Mutex(0)

    init(width: Int, height: Int) {
        picture = RGBImage(width: width, height: height)
        confidence = GrayImage(width: width, height: height)
    }

    func show(_ frame: RGBImage, _ map: GrayImage) {
        looks.withLock {
            picture.bytes.copy(frame.bytes)
            confidence.bytes.copy(map.bytes)
            $0 += 1
        }
    }

    /// Lends the pictures, which have the segmenter's size; nil before the first look.
    ///
    /// - Parameter body: also gets how many looks there have been.
    public func look<Value: Sendable>(_ body: (RGBImage, GrayImage, Int) -> Value) -> Value? {
        looks.withLock { $0 > 0 ? body(picture, confidence, $0) : nil }
    }
}
