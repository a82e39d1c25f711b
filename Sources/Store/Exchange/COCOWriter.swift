import RoadScenes

/// Labels as COCO's objects: one run-length mask for each class in a frame, nothing for void.
struct COCOWriter: ExchangeWriter {
    private let files: StoreFolder
    private var document: COCODocument

    init(_ files: StoreFolder, _ classes: ClassSet) {
        self.files = files
        document = COCODocument(
            images: [], annotations: [], categories: classes.names.enumerated().map { .init(id: $0 + 1, name: $1) })
    }

    mutating func add(_ frame: SpoolExport.Frame) throws(StoreError) {
        let id = document.images.count + 1
        document.images.append(
            .init(id: id, width: frame.labels.width, height: frame.labels.height, file_name: frame.picture))
        for category in document.categories {
            guard let mask = RunLengths.encode(frame.labels, UInt8(category.id - 1)) else { continue }
            document.annotations.append(
                .init(
                    id: document.annotations.count + 1, image_id: id, category_id: category.id,
                    segmentation: .runs(mask.counts, size: [frame.labels.height, frame.labels.width]),
                    area: Double(mask.area), bbox: mask.box.map(Double.init), iscrowd: 1))
        }
    }

    func finish() throws(StoreError) { try files.write(StoreJSON.encode(document), "annotations.json") }
}
