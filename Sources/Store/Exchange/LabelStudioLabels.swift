import Foundation
import RoadScenes
import Video

/// Brush masks of Label Studio's JSON: what people did, not what they were shown.
struct LabelStudioLabels: LabelSource {
    let classes: [String]
    let pictures: [String]
    private let answers: [LabelStudioTask.Answer]

    init(_ tasks: [LabelStudioTask]) {
        var (names, pictures, answers): ([String], [String], [LabelStudioTask.Answer]) = ([], [], [])
        for task in tasks {
            guard let answer = task.annotations?.last(where: { $0.was_cancelled != true }),
                let picture = task.data["image"]?.value ?? task.data.values.compactMap(\.value).first ?? task.file_upload
            else { continue }
            for name in answer.result.flatMap({ $0.value.brushlabels ?? [] }) where !names.contains(name) { names.append(name) }
            pictures.append(picture.removingPercentEncoding ?? picture)
            answers.append(answer)
        }
        (classes, self.pictures, self.answers) = (Array(names.prefix(Int(ClassSet.void))), pictures, answers)
    }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        let labels = GrayImage(width: width, height: height, filledWith: ClassSet.void)
        for result in answers[index].result {
            guard let name = result.value.brushlabels?.first, let rle = result.value.rle else {
                throw StoreError("It has a mark of the kind '\(result.type ?? "?")'; only brush masks are read.")
            }
            guard (result.image_rotation ?? 0) == 0 else { throw StoreError("It was turned while it was labeled.") }
            guard result.original_width ?? width == width, result.original_height ?? height == height else {
                throw StoreError(
                    "It was labeled as \(result.original_width ?? 0)×\(result.original_height ?? 0) pixels, the picture has \(width)×\(height)."
                )
            }
            guard let label = classes.firstIndex(of: name) else { throw StoreError("It names too many classes.") }
            let bytes = rle.compactMap { UInt8(exactly: $0) }
            guard bytes.count == rle.count, BrushMask.paint(bytes, UInt8(label), into: labels) else {
                throw StoreError("Its brush mask of '\(name)' is not one of \(width)×\(height) pixels.")
            }
        }
        return labels
    }
}
