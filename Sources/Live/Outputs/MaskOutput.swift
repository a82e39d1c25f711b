import RoadScenes
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
    private var scale: NearestScale
    private let scaled: GrayImage

    /// - Parameters:
    ///   - classes: kept with the video of class indices, in the tag `CLASSES`.
    ///   - isLive: whether times start at zero, and what has been written is safe from a power cut after a few seconds.
    public init(
        _ path: String, content: Content = .classMap, classes: ClassSet, first slot: FrameSlot, isLive: Bool = false
    ) throws(LiveError) {
        self.content = content
        sink =
            switch content {
            case .classMap: try VideoSink(path, .mask, of: slot, isLive: isLive, metadata: ["CLASSES": classes.json])
            case .confidence: try VideoSink(path, .confidence, of: slot, isLive: isLive)
            }
        scale = NearestScale(of: slot)
        scaled = GrayImage(width: slot.outputWidth, height: slot.outputHeight)
    }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        guard let map = content == .classMap ? slot.classMap : slot.confidence else {
            preconditionFailure("a confidence video without confidence maps")
        }
        if slot.view.region != scale.region { scale = NearestScale(of: slot) }
        scale.draw(map, into: scaled)
        try sink.append(scaled, at: slot.stamp.time)
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

extension NearestScale {
    /// From the slot's maps to its outputs.
    init(of slot: FrameSlot) {
        self.init(
            from: (slot.classMap.width, slot.classMap.height), slot.view.region, to: (slot.outputWidth, slot.outputHeight))
    }
}
