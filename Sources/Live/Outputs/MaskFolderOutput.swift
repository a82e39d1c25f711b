import Files
import Foundation
import RoadScenes
import Video

/// One palette PNG of class indices per labeled frame, of its size and named by its number in the source, and `classes.yaml` beside
/// them.
///
/// Threading: its lane's thread.
public final class MaskFolderOutput: FrameOutput {
    private let folder: String
    /// Nil where pictures are written straight into the folder.
    private let partial: PartialFolder?
    private let palette: [UInt8]
    private var scale: NearestScale
    private var scaled: GrayImage
    public private(set) var writtenBytes = 0

    /// Makes the folder where it is missing.
    ///
    /// - Parameter isWholeAtOnce: whether it gets its name when the last picture is in it.
    public init(_ folder: String, classes: ClassSet, first slot: FrameSlot, isWholeAtOnce: Bool = false) throws(LiveError) {
        if isWholeAtOnce {
            let partial = try PartialFolder(for: folder)
            (self.partial, self.folder) = (partial, partial.path)
        } else {
            try DurableFolder.make(folder)
            (partial, self.folder) = (nil, folder)
        }
        palette = classes.palette
        scale = NearestScale(of: slot)
        scaled = GrayImage(width: slot.outputWidth, height: slot.outputHeight)
        do throws(SceneError) { try classes.write(to: path(ClassSet.fileName)) } catch {
            discard()
            throw error
        }
    }

    public func write(_ slot: FrameSlot) throws(LiveError) {
        let (width, height) = (slot.frameWidth, slot.frameHeight)
        if width != scaled.width || height != scaled.height || slot.view.region != scale.region {
            scale = NearestScale(from: (slot.classMap.width, slot.classMap.height), slot.view.region, to: (width, height))
            scaled = GrayImage(width: width, height: height)
        }
        scale.draw(slot.classMap, into: scaled)
        let number = String(slot.stamp.index)
        let path = path(String(repeating: "0", count: max(0, 6 - number.count)) + number + ".png")
        try ImageFile.write(scaled, palette: palette, to: path)
        var status = stat()
        if stat(path, &status) == 0 { writtenBytes += Int(status.st_size) }
    }

    public func close() throws(LiveError) {
        if let partial { try partial.complete() } else if writtenBytes == 0 { discard() }
    }

    public func leave() -> String? { partial?.path }

    /// Of a folder without a picture: on a full disk each new attempt would leave one more. One that holds anything else stays.
    private func discard() {
        unlink(path(ClassSet.fileName))
        rmdir(folder)
    }

    private func path(_ name: String) -> String { URL(fileURLWithPath: folder).appendingPathComponent(name).path }
}
