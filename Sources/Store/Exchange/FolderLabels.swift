import RoadScenes
import Video

/// Labels of a data set of Camber's own form.
struct FolderLabels: LabelSource {
    private let data: Dataset
    let classes: [String]
    let pictures: [String]

    init(_ folder: String) throws(StoreError) {
        data = try Dataset(DatasetLocation(.folder, folder), isGrowing: true)
        classes = data.classes.names
        pictures = data.items.map(\.image) + data.orphans
        if pictures.isEmpty { throw StoreError("There are no pictures in \(folder)/images.") }
    }

    func hasMarks(_ index: Int) -> Bool { index < data.items.count }

    var notice: String? { data.notice }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        try data.labels(data.items[index])
    }
}
