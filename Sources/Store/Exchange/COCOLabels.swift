import RoadScenes
import Video

/// Masks of a COCO file. Where two overlap, the later one is on top.
struct COCOLabels: LabelSource {
    let classes: [String]
    let pictures: [String]
    private let document: COCODocument
    private let categories: [Int: UInt8]
    private let annotations: [Int: [COCODocument.Annotation]]

    init(_ document: COCODocument) {
        self.document = document
        let known = document.categories.prefix(Int(ClassSet.void))
        classes = known.map(\.name)
        pictures = document.images.map(\.file_name)
        categories = Dictionary(known.enumerated().map { ($1.id, UInt8($0)) }, uniquingKeysWith: { first, _ in first })
        annotations = Dictionary(grouping: document.annotations, by: \.image_id)
    }

    func hasMarks(_ index: Int) -> Bool { annotations[document.images[index].id] != nil }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        let image = document.images[index]
        guard image.width == width, image.height == height else {
            throw StoreError("It was labeled as \(image.width)×\(image.height) pixels, the picture has \(width)×\(height).")
        }
        let labels = GrayImage(width: width, height: height, filledWith: ClassSet.void)
        for annotation in annotations[image.id] ?? [] {
            guard let label = categories[annotation.category_id] else {
                throw StoreError("An object has the category \(annotation.category_id), which the file does not name.")
            }
            switch annotation.segmentation {
            case .polygons(let polygons): for polygon in polygons { PolygonFill.paint(polygon, label, into: labels) }
            case .runs(let counts, let size):
                guard size == [height, width], RunLengths.paint(counts, label, into: labels) else {
                    throw StoreError("The mask of object \(annotation.id ?? 0) is not one of \(width)×\(height) pixels.")
                }
            }
        }
        return labels
    }
}
