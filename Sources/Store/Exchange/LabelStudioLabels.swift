import Foundation
import RoadScenes
import Video

/// Brush masks of Label Studio's JSON: what people did, not what they were shown.
struct LabelStudioLabels: LabelSource {
    let classes: [String]
    let pictures: [String]
    /// What else was marked, counted.
    let notice: String?
    private let tasks: [(names: [String], masks: [LabelStudioTask.Result])]

    init(_ tasks: [LabelStudioTask]) {
        let results = tasks.map { $0.newest?.result ?? [] }
        self.tasks = zip(tasks, results).map { task, results in
            (task.names.map { $0.removingPercentEncoding ?? $0 }, results.filter(\.isBrush))
        }
        pictures = self.tasks.enumerated().map { index, task in task.names.first ?? "task \(index + 1)" }
        var names: [String] = []
        for name in self.tasks.flatMap(\.masks).flatMap({ $0.value?.brushlabels ?? [] }) where !names.contains(name) {
            names.append(name)
        }
        classes = Array(names.prefix(Int(ClassSet.void)))
        notice = Self.notice(of: results.joined().filter { !$0.isBrush })
    }

    private static func notice(of others: [LabelStudioTask.Result]) -> String? {
        if others.isEmpty { return nil }
        let kinds = Dictionary(grouping: others) { $0.type ?? "of no kind" }.sorted { $0.key < $1.key }
        let counts = kinds.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
        return "Only brush masks are read. What else was marked is left out: \(counts)."
    }

    var usedClasses: [String] { classes }
    func names(_ index: Int) -> [String] { tasks[index].names }
    func hasMarks(_ index: Int) -> Bool { !tasks[index].masks.isEmpty }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        let labels = GrayImage(width: width, height: height, filledWith: ClassSet.void)
        for result in tasks[index].masks {
            let (name, rle) = (result.value?.brushlabels?.first ?? "", result.value?.rle ?? [])
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
