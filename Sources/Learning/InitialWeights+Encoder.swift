import NeuralNetwork
import RoadScenes

extension InitialWeights {
    /// Starting weights of a segmentation network whose encoder was trained elsewhere, and what of the file they took.
    public struct WithEncoder: Sendable {
        public let tensors: [String: Tensor]
        public let used: [String]
        /// In the file, but of no part of the encoder.
        public let unused: [String]
    }

    /// The parts of `SegmentationNetwork` in front of its decoder.
    private static let encoderParts = ["initial.", "block", "transition"]

    /// Random weights but for the encoder, which the file gives: tensors named and shaped as PyTorch's state_dict of the
    /// network has them, any `module.` in front of all names left out.
    ///
    /// - Parameter name: stands for the file in errors.
    /// - Throws: where a tensor of the encoder is missing, misshapen, or unknown.
    public static func withEncoder(
        _ file: Weights, name: String, for graph: Graph, seed: UInt64
    ) throws(LearningError) -> WithEncoder {
        func isEncoder(_ name: String) -> Bool { encoderParts.contains(where: name.hasPrefix) }
        let isParallel = !file.tensors.isEmpty && file.tensors.keys.allSatisfy { $0.hasPrefix("module.") }
        var tensors = random(for: graph, seed: seed)
        let wanted = Set(tensors.keys.filter(isEncoder))
        var (used, unused): ([String], [String]) = ([], [])
        for (key, tensor) in file.tensors {
            let key = isParallel ? String(key.dropFirst("module.".count)) : key
            if isEncoder(key) {
                used.append(key)
                tensors[key] = tensor
            } else {
                unused.append(key)
            }
        }
        if let missing = wanted.subtracting(used).sorted().first {
            throw LearningError(
                "Cannot use the encoder in \(name): \(missing) is missing; \(used.count) of the encoder's \(wanted.count) tensors are there.",
                remedy: "It needs the state_dict's tensors \(encoderParts.map { $0 + "…" }.joined(separator: ", ")).")
        }
        do {
            try ModelBundle.validate(tensors, against: graph)
        } catch {
            throw LearningError("Cannot use the encoder in \(name): \(error.problem)", remedy: error.remedy)
        }
        return WithEncoder(tensors: tensors, used: used.sorted(), unused: unused.sorted())
    }
}
