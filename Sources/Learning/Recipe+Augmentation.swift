import RoadScenes

extension Recipe.Stage {
    /// How its samples are changed.
    var augmentation: Augmentation {
        Augmentation(
            scales: scales ?? [], scaleRange: scaleRange.map { $0[0]...$0[1] }, cropWidth: cropWidth, cropHeight: cropHeight,
            flips: flip, translation: translation, colorJitter: colorJitter ?? 0, photometric: photometric ?? 0)
    }
}
