import RoadScenes
import Video

/// Labels as a data set of Camber's own: PNGs of class indices.
struct FolderWriter: ExchangeWriter {
    private let labels: StoreFolder
    private let classes: ClassSet

    init(_ files: StoreFolder, _ classes: ClassSet) {
        labels = StoreFolder(path: files.path("labels"), surroundings: files.surroundings, mode: files.mode)
        self.classes = classes
    }

    func add(_ frame: SpoolExport.Frame) throws(StoreError) {
        try labels.create()
        let bytes = try ImageFile.png(frame.labels, palette: classes.palette)
        try labels.write(bytes, "\(frame.name).png")
    }

    func finish() throws(StoreError) {}
}
