import Foundation
import NeuralNetwork
import RoadScenes

extension Recipe.Stage {
    /// How its samples are changed.
    var augmentation: Augmentation {
        Augmentation(
            scales: scales ?? [], scaleRange: scaleRange.map { $0[0]...$0[1] }, cropWidth: cropWidth, cropHeight: cropHeight,
            flips: flip, translation: translation, colorJitter: colorJitter ?? 0, photometric: photometric ?? 0)
    }

    /// Of its samples.
    var cropSize: Graph.Size { Graph.Size(height: cropHeight, width: cropWidth) }

    /// How much the pixels of each class count in the loss.
    ///
    /// - Throws: where the labels of a set cannot be read, or say nothing.
    func classWeights(for set: TrainingSet) throws(LearningError) -> [Float] {
        try set.classShares().map { Float(1 / log($0 + classWeightOffset)) }
    }
}
