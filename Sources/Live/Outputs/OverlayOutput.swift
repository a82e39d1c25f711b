import Configuration
import Foundation
import RoadScenes
import Video

/// A video of the class colours over the camera's picture.
///
/// Threading: its lane's thread.
public final class OverlayOutput: FrameOutput {
    private let sink: VideoSink
    private var canvas: OverlayCanvas
    private let showsStatus: Bool

    /// - Parameters:
    ///   - showsStatus: whether frame number, time and rate are written into the picture.
    ///   - showsUncertainty: whether uncertain areas are hatched; frames need their confidence then.
    ///   - isLive: whether times start at zero, and what has been written is safe from a power cut after a few seconds.
    public init(
        _ path: String, classes: ClassSet, first slot: FrameSlot, showsStatus: Bool, showsUncertainty: Bool = false,
        isLive: Bool = false
    ) throws(LiveError) {
        sink = try VideoSink(path, .overlay, of: slot, isLive: isLive)
        canvas = OverlayCanvas(classes, first: slot, showsUncertainty: showsUncertainty)
        self.showsStatus = showsStatus
    }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        try sink.append(canvas.paint(slot, text: showsStatus ? slot.statusLine : nil), at: slot.stamp.time)
    }

    public func close() throws(LiveError) {
        try sink.close()
    }

    public func leave() throws(LiveError) -> String? {
        try sink.leave()
    }

    public var writtenBytes: Int { sink.writtenBytes }

    public var isGone: Bool { sink.isGone }
}

extension FrameSlot {
    /// Frame number, time in the source and measured rate, for people.
    var statusLine: String {
        let tenths = Int(nearest: max(0, stamp.time.seconds * 10).rounded(.down))
        let (minutes, seconds) = (tenths / 600, tenths / 10 % 60)
        let time = "\(minutes):\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
        let rate = Int(nearest: measuredRate * 10)
        let damage = stamp.isDamaged ? "   damaged" : ""
        let unfamiliar = unfamiliar.map { "   unfamiliar road (\(ShareText.text($0)))" } ?? ""
        return "frame \(stamp.index)   \(time)   \(rate / 10).\(rate % 10) fps\(damage)\(unfamiliar)"
    }
}
