import Foundation
import NeuralNetwork

/// A training's whole state between two steps. Samples and their order follow from the seed and the step, so that this is
/// all that a resumed training needs to go on to the same bits.
struct TrainingCheckpoint {
    var step: Int
    var tensors: [String: Tensor]
    /// The optimiser's vectors, by name.
    var optimizer: [String: [Float]]
    /// Fingerprint of what the training was started with; with another one it cannot be resumed.
    var setup: String

    private static let prefix = "optimizer."

    /// Under a temporary name first, so that a kill at any moment leaves the last whole one.
    func write(to path: String) throws(NetworkError) {
        var all = tensors
        for (name, values) in optimizer { all[Self.prefix + name] = Tensor(shape: [values.count], values: values) }
        try Weights(tensors: all, metadata: ["camber.step": String(step), "camber.setup": setup]).write(
            to: path, precision: .float32)
    }

    init(step: Int, tensors: [String: Tensor], optimizer: [String: [Float]], setup: String) {
        (self.step, self.tensors, self.optimizer, self.setup) = (step, tensors, optimizer, setup)
    }

    /// - Throws: where the file is damaged, no checkpoint, or one of another training.
    init(contentsOf path: String, setup: String) throws(LearningError) {
        let file: Weights
        do {
            file = try Weights(contentsOf: path)
        } catch {
            throw LearningError(error)
        }
        guard let step = file.metadata["camber.step"].flatMap(Int.init), step >= 0 else {
            throw LearningError("Cannot resume from \(path): it is no checkpoint.")
        }
        guard file.metadata["camber.setup"] == setup else {
            throw LearningError(
                "Cannot resume from \(path): it was made with other data, another recipe or another seed.",
                remedy: "Give the options of the first start, or remove the file to start anew.")
        }
        self.step = step
        self.setup = setup
        tensors = file.tensors.filter { !$0.key.hasPrefix(Self.prefix) }
        optimizer = [:]
        for (name, tensor) in file.tensors where name.hasPrefix(Self.prefix) {
            optimizer[String(name.dropFirst(Self.prefix.count))] = tensor.values
        }
    }

    /// A 64-bit fingerprint of a text (FNV-1a).
    static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
