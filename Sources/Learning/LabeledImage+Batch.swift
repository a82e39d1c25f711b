import RoadScenes

extension [LabeledImage] {
    /// How much each pixel of a batch counts, 0…255 for 0…1; nil where all count fully.
    var confidence: [UInt8]? {
        guard contains(where: { $0.confidence != nil }) else { return nil }
        return flatMap { picture in
            picture.confidence.map { [UInt8]($0.bytes) } ?? [UInt8](repeating: 255, count: picture.labels.bytes.count)
        }
    }
}
