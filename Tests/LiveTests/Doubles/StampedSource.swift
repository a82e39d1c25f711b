import Live
import Video

/// Black frames with the times and faults that a test names, one second a tick.
// Safe to send: the reading thread owns it.
final class StampedSource: FrameSource, @unchecked Sendable {
    struct Frame {
        var ticks: Int64
        var isDamaged = false
    }

    let facts = SourceFacts(
        width: 64, height: 48, frameRate: Rational(1, 1), frameCount: nil, isLive: false, timeBase: Rational(1, 1))
    private let frames: [Frame]
    private var next = 0

    init(_ frames: [Frame]) { self.frames = frames }

    var frame: FrameStamp {
        let last = frames[next - 1]
        return FrameStamp(index: next - 1, time: Timestamp(last.ticks, facts.timeBase), isDamaged: last.isDamaged)
    }
    var damaged: Int { frames[..<next].count { $0.isDamaged } }

    func read() -> Bool {
        if next == frames.count { return false }
        next += 1
        return true
    }

    func draw(into picture: RGBImage) { picture.bytes.fill(with: 0) }

    func cancel() {}
}
