import RoadScenes
import Video

/// Masks of a COCO file. Where two overlap, the later one is on top.
struct COCOLabels: LabelSource {
    let classes: [String]
    let pictures: [String]
    let usedClasses: [String]
    private let document: COCODocument
    private let categories: [Int: UInt8]
    private let annotations: [Int: [COCODocument.Annotation]]
    /// What belongs to no picture, or has no mask, counted.
    let notice: String?

    /// - Throws: where a number stands for two pictures or two classes: whose a mask is would be a guess.
    init(_ document: COCODocument) throws(StoreError) {
        try Self.checkNumbers(document)
        self.document = document
        let known = document.categories.prefix(Int(ClassSet.void))
        classes = known.map(\.name)
        pictures = document.images.map(\.file_name)
        categories = Dictionary(known.enumerated().map { ($1.id, UInt8($0)) }, uniquingKeysWith: { first, _ in first })
        let images = Set(document.images.map(\.id))
        let masks = document.annotations.filter { $0.segmentation != nil }
        let used = Set(masks.map(\.category_id))
        usedClasses = known.filter { used.contains($0.id) }.map(\.name)
        annotations = Dictionary(grouping: masks, by: \.image_id)
        let lost = masks.count { !images.contains($0.image_id) }
        let boxes = document.annotations.count { $0.segmentation?.isMask != true }
        notice =
            boxes + lost == 0
            ? nil : "Left out: \(boxes) objects without a mask, \(lost) of pictures that the file does not name."
    }

    private static func checkNumbers(_ document: COCODocument) throws(StoreError) {
        let images = document.images.map { (id: $0.id, name: $0.file_name) }
        let categories = document.categories.map { (id: $0.id, name: $0.name) }
        for (what, entries) in [("picture", images), ("category", categories)] {
            var names: [Int: String] = [:]
            for entry in entries {
                guard let other = names.updateValue(entry.name, forKey: entry.id), other != entry.name else { continue }
                throw StoreError(
                    "The \(what) number \(entry.id) stands for '\(other)' and for '\(entry.name)'.",
                    remedy: "Were two files put together? Import each by itself.")
            }
        }
    }

    func hasMarks(_ index: Int) -> Bool { annotations[document.images[index].id] != nil }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        let image = document.images[index]
        guard image.width ?? width == width, image.height ?? height == height else {
            throw StoreError(
                "It was labeled as \(image.width ?? 0)×\(image.height ?? 0) pixels, the picture has \(width)×\(height).")
        }
        let labels = GrayImage(width: width, height: height, filledWith: ClassSet.void)
        for annotation in annotations[image.id] ?? [] {
            guard let label = categories[annotation.category_id] else {
                throw StoreError("An object has the category \(annotation.category_id), which the file does not name.")
            }
            switch annotation.segmentation {
            case nil: continue
            case .unknown:
                throw StoreError("The mask of \(Self.name(annotation)) is neither polygons nor run lengths.")
            case .polygons(let polygons):
                guard polygons.allSatisfy({ PolygonFill.paint($0, label, into: labels) }) else {
                    throw StoreError("The polygons of \(Self.name(annotation)) have corners far from the picture.")
                }
            case .runs(let counts, let size):
                guard size == [height, width], RunLengths.paint(counts, label, into: labels) else {
                    throw StoreError("The mask of \(Self.name(annotation)) is not one of \(width)×\(height) pixels.")
                }
            }
        }
        return labels
    }

    private static func name(_ annotation: COCODocument.Annotation) -> String {
        annotation.id.map { "object \($0)" } ?? "an object without a number"
    }
}
