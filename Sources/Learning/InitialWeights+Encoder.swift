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

    /// Random weights but for the encoder, whose tensors have the names and shapes of the network's.
    ///
    /// - Parameter name: stands for the encoder's file in errors.
    /// - Throws: where a tensor of the encoder is missing, misshapen, or unknown.
    public static func withEncoder(
        _ encoder: TrainedEncoder, name: String, for network: Network, classes: Int, seed: UInt64
    ) throws(LearningError) -> WithEncoder {
        let graph = network.graph(classes: classes)
        var tensors = random(for: graph, seed: seed)
        let wanted = Set(tensors.keys.filter(network.isEncoder))
        let used = encoder.tensors.keys.filter(network.isEncoder)
        if let missing = wanted.subtracting(used).sorted().first {
            throw LearningError(
                "Cannot use the encoder in \(name): \(missing) is missing; \(wanted.intersection(used).count) of the "
                    + "\(wanted.count) tensors of \(network.rawValue)'s encoder are there.",
                remedy: remedy(encoder, network))
        }
        for key in used { tensors[key] = encoder.tensors[key] }
        do {
            try ModelBundle.validate(tensors, against: graph)
        } catch {
            throw LearningError("Cannot use the encoder in \(name): \(error.problem)", remedy: error.remedy)
        }
        return WithEncoder(
            tensors: tensors, used: used.sorted(), unused: encoder.tensors.keys.filter { !network.isEncoder($0) }.sorted())
    }

    private static func remedy(_ encoder: TrainedEncoder, _ network: Network) -> String {
        let fitting = Network.allCases.first { other in
            other.graph(classes: 2).parameters.allSatisfy {
                !other.isEncoder($0.name) || encoder.tensors[$0.name]?.shape == $0.shape
            }
        }
        if let fitting { return "It holds the encoder of another network: --network \(fitting.rawValue)." }
        return "It needs the state_dict's tensors \(network.encoderPrefixes.map { $0 + "…" }.joined(separator: ", "))."
    }
}
