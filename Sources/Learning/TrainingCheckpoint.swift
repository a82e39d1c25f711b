import Files
import Foundation
import NeuralNetwork

/// A training's whole state between two steps. Samples and their order follow from the seed and the step, so that this is
/// all that a resumed training needs to go on to the same bits.
struct TrainingCheckpoint {
    var step: Int
    var tensors: [String: Tensor]
    /// The optimiser's vectors, by name.
    var optimizer: [String: [Float]]
    /// The moving average of the tensors; empty where there is none.
    var average: [String: Tensor]
    var curve: TrainingCurve
    /// Fingerprint of what the training was started with; with another one it cannot be resumed.
    var setup: String

    /// The weights, their average and two vectors of the optimiser: each as large as a bundle may be.
    private static let largest = 4 * Weights.maximumFileSize
    private static let optimizerPrefix = "optimizer."
    private static let averagePrefix = "average."

    /// Under a temporary name first, so that a kill at any moment leaves the last whole one.
    func write(to path: String) throws {
        var all = tensors
        for (name, values) in optimizer { all[Self.optimizerPrefix + name] = Tensor(shape: [values.count], values: values) }
        for (name, tensor) in average { all[Self.averagePrefix + name] = tensor }
        let metadata = [
            "camber.step": String(step), "camber.setup": setup,
            "camber.curve": String(decoding: try JSONEncoder().encode(curve), as: UTF8.self),
        ]
        try Weights(tensors: all, metadata: metadata).write(to: path, precision: .float32)
    }

    init(
        step: Int, tensors: [String: Tensor], optimizer: [String: [Float]], average: [String: Tensor], curve: TrainingCurve,
        setup: String
    ) {
        (self.step, self.tensors, self.optimizer, self.average) = (step, tensors, optimizer, average)
        (self.curve, self.setup) = (curve, setup)
    }

    /// Whether a file is whole; it may still be one of another training.
    static func isWhole(_ path: String) -> Bool { (try? file(path)) != nil }

    private static func file(_ path: String) throws(LearningError) -> Weights { try Weights(contentsOf: path, atMost: largest) }

    /// - Throws: where the file is damaged, no checkpoint, or one of another training.
    init(contentsOf path: String, setup: String) throws(LearningError) {
        let file = try Self.file(path)
        let curve = file.metadata["camber.curve"].map { Data($0.utf8) }
        guard let step = file.metadata["camber.step"].flatMap(Int.init), step >= 0,
            let curve = curve.flatMap({ try? JSONDecoder().decode(TrainingCurve.self, from: $0) })
        else {
            throw LearningError("Cannot resume from \(path): it is no checkpoint.")
        }
        guard file.metadata["camber.setup"] == setup else {
            throw LearningError(
                "Cannot resume from \(path): it was made with other data, another recipe or another seed.",
                remedy: "Give the options of the first start, or remove the file to start anew.")
        }
        (self.step, self.curve, self.setup) = (step, curve, setup)
        (tensors, optimizer, average) = ([:], [:], [:])
        for (name, tensor) in file.tensors {
            if name.hasPrefix(Self.optimizerPrefix) {
                optimizer[String(name.dropFirst(Self.optimizerPrefix.count))] = tensor.values
            } else if name.hasPrefix(Self.averagePrefix) {
                average[String(name.dropFirst(Self.averagePrefix.count))] = tensor
            } else {
                tensors[name] = tensor
            }
        }
    }

    /// A 64-bit fingerprint of a text.
    static func fingerprint(_ text: String) -> String { String(Checksum(text.utf8).state, radix: 16) }
}
