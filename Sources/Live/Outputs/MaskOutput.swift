import Overlay
import Video

/// A video of class indices or confidence at the source's displayed size: exact values, one frame per labeled frame.
///
/// Threading: its lane's thread.
public final class MaskOutput: FrameOutput {
    public enum Content: Sendable {
        case classMap, confidence
    }

    private let content: Content
    private let sink: VideoSink
    private let scale: NearestScale
    private let scaled: GrayImage

    public init(_ path: String, content: Content = .classMap, first slot: FrameSlot, startsAtZero: Bool = false) throws(LiveError)
    {
        var options = VideoSink.Options()
        options.startsAtZero = startsAtZero
        self.content = content
        sink = try VideoSink(
            path, kind: content == .classMap ? .mask : .confidence, width: slot.outputWidth, height: slot.outputHeight,
            timeBase: slot.facts.timeBase, frameRate: slot.facts.frameRate, sampleAspectRatio: slot.facts.sampleAspectRatio,
            options: options)
        scale = NearestScale(first: slot)
        scaled = GrayImage(width: slot.outputWidth, height: slot.outputHeight)
    }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        guard let map = content == .classMap ? slot.classMap : slot.confidence else {
            preconditionFailure("a confidence video without confidence maps")
        }
        scale.draw(map, into: scaled)
        try sink.append(scaled, at: slot.stamp.time)
    }

    public func close() throws(LiveError) {
        try sink.close()
    }
}

extension NearestScale {
    init(first slot: FrameSlot) {
        self.init(from: (slot.classMap.width, slot.classMap.height), to: (slot.outputWidth, slot.outputHeight))
    }
}
