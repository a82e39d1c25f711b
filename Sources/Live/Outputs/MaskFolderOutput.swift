import Foundation
import Overlay
import RoadScenes
import Video

/// One palette PNG of class indices per labeled frame, of its size and named by its number in the source.
///
/// Threading: its lane's thread.
public final class MaskFolderOutput: FrameOutput {
    private let folder: String
    private let palette: [UInt8]
    private var scale: NearestScale
    private var scaled: GrayImage

    /// Makes the folder where it is missing.
    public init(_ folder: String, classes: ClassSet, first slot: FrameSlot) throws(LiveError) {
        self.folder = folder
        palette = classes.palette
        scale = NearestScale(first: slot)
        scaled = GrayImage(width: slot.outputWidth, height: slot.outputHeight)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw LiveError("Cannot make the folder \(folder): \(String(cString: strerror(errno))).")
        }
    }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        let (width, height) = (slot.frameWidth, slot.frameHeight)
        if width != scaled.width || height != scaled.height {
            scale = NearestScale(from: (slot.classMap.width, slot.classMap.height), to: (width, height))
            scaled = GrayImage(width: width, height: height)
        }
        scale.draw(slot.classMap, into: scaled)
        let number = String(slot.stamp.index)
        let name = String(repeating: "0", count: max(0, 6 - number.count)) + number + ".png"
        let path = URL(fileURLWithPath: folder).appendingPathComponent(name).path
        try ImageFile.write(scaled, palette: palette, to: path)
    }

    public func close() {}
}
