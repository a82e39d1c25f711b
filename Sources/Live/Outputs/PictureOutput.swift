import Foundation
import RoadScenes
import Video

/// The latest overlay as one picture, replaced now and then; readers always find a complete one. A link stays, and what it leads to is
/// replaced, such as a file in memory.
///
/// Threading: its lane's thread.
public final class PictureOutput: FrameOutput {
    private let path: String
    private let every: Duration
    private let makeCanvas: (FrameSlot) -> OverlayCanvas
    private var canvas: OverlayCanvas
    /// Units: pixels; what the canvas is for.
    private var size: (width: Int, height: Int)
    private var due = Duration.zero

    /// - Parameter showsUncertainty: whether uncertain areas are hatched; frames need their confidence then.
    public init(
        _ path: String, every: Duration, classes: ClassSet, first slot: FrameSlot, showsUncertainty: Bool = false
    ) {
        (self.path, self.every) = (path, every)
        makeCanvas = { OverlayCanvas(classes, first: $0, showsUncertainty: showsUncertainty) }
        canvas = makeCanvas(slot)
        size = (slot.outputWidth, slot.outputHeight)
    }

    public func wants(_ slot: FrameSlot) -> Bool { slot.delivered >= due }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        due = slot.delivered + every
        if (slot.outputWidth, slot.outputHeight) != size {
            size = (slot.outputWidth, slot.outputHeight)
            canvas = makeCanvas(slot)
        }
        try ImageFile.write(canvas.paint(slot, text: slot.statusLine), to: Self.target(of: path), quality: 85)
    }

    public func close() {}

    /// What a link leads to, also where that is not there yet.
    private static func target(of path: String) -> String {
        var path = path
        // The system follows no more either.
        for _ in 0..<40 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
            path = URL(fileURLWithPath: next, relativeTo: URL(fileURLWithPath: path).deletingLastPathComponent()).path
        }
        return path
    }
}
