import Foundation
import RoadScenes
import Video

/// Frames of the spool with their pre-labels, in the form that a labeling tool reads.
///
/// Every form has the frames under `images/`, `classes.yaml`, and `origins.json`, by which the import finds them again.
public struct SpoolExport {
    private let spool: Spool
    private let files: StoreFolder
    private let format: ExchangeFormat
    private let items: [SpoolItem]
    public let classes: ClassSet

    /// What is written of one frame.
    struct Frame {
        /// The item's `exchangeName`.
        let name: String
        let item: SpoolItem
        /// Class indices of the export; void elsewhere. As large as the picture.
        let labels: GrayImage

        var picture: String { "\(name).jpg" }
    }

    /// - Parameter folder: must be empty, or not there yet.
    /// - Throws: where it holds something, or an item's classes have no colours that can be read.
    public init(_ items: [SpoolItem], of spool: Spool, to folder: String, as format: ExchangeFormat) throws(StoreError) {
        (self.spool, self.format, self.items) = (spool, format, items)
        files = StoreFolder(
            path: URL(fileURLWithPath: folder).path, surroundings: spool.files.surroundings, mode: spool.files.mode)
        guard try files.names().isEmpty else {
            throw StoreError("\(folder) holds files already.", remedy: "Name a new folder: nothing of it is written over.")
        }
        classes = try Self.classes(of: items)
    }

    /// The classes of all items, in the order in which they come first, with the colours of the labels' palettes.
    static func classes(of items: [SpoolItem]) throws(StoreError) -> ClassSet {
        var members: [ClassSet.Member] = []
        for item in items where item.classNames.contains(where: { name in !members.contains { $0.name == name } }) {
            guard let palette = (try? ImageFile.readIndices(item.labelPath))?.palette else { continue }
            for (index, name) in item.classNames.enumerated() where !members.contains(where: { $0.name == name }) {
                members.append(.init(name, palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]))
            }
        }
        guard members.count <= Int(ClassSet.void) else {
            throw StoreError("The items know \(members.count) classes together.", remedy: "Export those of one model at a time.")
        }
        return ClassSet(members)
    }

    /// Writes everything.
    ///
    /// - Parameter progress: called after each frame with their number so far.
    /// - Returns: how many frames were written, and why others were not.
    public func run(progress: (Int) -> Void = { _ in }) throws(StoreError) -> (frames: Int, leftOut: [String]) {
        try files.create()
        let images = StoreFolder(path: files.path("images"), surroundings: files.surroundings, mode: files.mode)
        try images.create()
        var writer: any ExchangeWriter =
            switch format {
            case .folder: FolderWriter(files, classes)
            case .cvat: VOCWriter(files, classes)
            case .coco: COCOWriter(files, classes)
            case .labelStudio: LabelStudioWriter(files, classes)
            }
        var (origins, leftOut): ([String: FrameOrigin], [String]) = ([:], [])
        for (index, item) in items.enumerated() {
            do throws(StoreError) {
                let frame = try frame(item)
                try images.write(spool.files.read(URL(fileURLWithPath: item.largestPath).lastPathComponent), frame.picture)
                try writer.add(frame)
                origins[frame.name] = FrameOrigin(
                    source: item.source, frame: item.frameNumber, time: item.time, model: item.model, clock: item.clock)
            } catch {
                // A disk that is full is no reason to leave single frames out.
                if [.noSpace, .readOnly, .notPermitted].contains(error.code) { throw error }
                leftOut.append("item \(item.id): \(error.problem)")
            }
            progress(index + 1)
        }
        try writer.finish()
        try classes.write(to: files.path(ClassSet.fileName))
        try files.write(StoreJSON.encode(origins), FrameOrigin.file)
        return (origins.count, leftOut)
    }

    private func frame(_ item: SpoolItem) throws(StoreError) -> Frame {
        if let damage = spool.problems(with: item).first {
            throw StoreError("\(URL(fileURLWithPath: damage.path).lastPathComponent) is damaged or gone. \(damage.problem)")
        }
        let labels = try ImageFile.readGray(item.labelPath)
        labels.renumber(ClassSet.renumbering(from: item.classNames, to: classes.names))
        let (width, height) = item.largestSize
        return Frame(
            name: item.exchangeName, item: item, labels: NearestScale.scaled(labels, width: width, height: height))
    }
}

/// Writes labels in one tool's form.
protocol ExchangeWriter {
    mutating func add(_ frame: SpoolExport.Frame) throws(StoreError)
    mutating func finish() throws(StoreError)
}
