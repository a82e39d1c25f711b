import Live
import RoadScenes
import Threads
import Video

/// Trusts the upper part of every frame.
final class PlainJudge: ConfidenceSource {
    let calibration: ConfidenceCalibration? = nil
    let isFinite: Bool
    private let part: Double

    /// Nil lets it answer at once; else it waits until the test sets it.
    private let hold: StopSignal?

    init(part: Double = 1, isFinite: Bool = true, hold: StopSignal? = nil) {
        (self.part, self.isFinite, self.hold) = (part, isFinite, hold)
    }

    func estimate(_ result: Segmentation, into map: GrayImage) {
        _ = hold?.wait()
        let trusted = Int(part * Double(map.bytes.count))
        for pixel in map.bytes.indices { map.bytes[pixel] = pixel < trusted ? 255 : 0 }
    }
}
