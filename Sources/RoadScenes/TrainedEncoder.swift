import NeuralNetwork

/// An encoder that was trained elsewhere, with what its file says of it: a bundle's, or that of a plain state_dict.
public struct TrainedEncoder: Sendable {
    /// Of the whole segmentation network, by parameter name, as far as the file has it.
    public let tensors: [String: Tensor]
    /// Nil where the file does not say.
    public let network: Network?
    /// Of the pictures that it was trained on, values 0…1; nil where the file does not say.
    public let mean: [Float]?
    public let deviation: [Float]?
    /// Its source and licence, for the lineage of what is made with it.
    public let note: String?
    /// Of the bundle that it is from.
    public let fingerprint: String?

    /// - Throws: where the file cannot be read, or its metadata not be understood.
    public init(contentsOf path: String) throws(NetworkError) {
        try self.init(Weights(contentsOf: path), name: path)
    }

    /// - Parameter name: stands for the file in errors.
    public init(_ file: Weights, name: String) throws(NetworkError) {
        if ModelBundle.isBundle(file) {
            let bundle = try ModelBundle(file, name: name)
            (tensors, network, mean, deviation) = (bundle.segmentation, bundle.network, bundle.mean, bundle.deviation)
            (note, fingerprint) = (bundle.lineage.note, bundle.fingerprint)
            return
        }
        do throws(NetworkError) {
            let metadata = file.metadata
            network = try ModelBundle.network(metadata)
            (mean, deviation) = try (ModelBundle.mean(metadata), ModelBundle.deviation(metadata))
            try ModelBundle.validate(
                mean: mean ?? ModelBundle.imageNetMean, deviation: deviation ?? ModelBundle.imageNetDeviation)
            let names = Network.allCases.flatMap { network in
                network.graph(classes: 2).parameters.map(\.name).filter(network.isEncoder)
            }
            tensors = try StateDictNames.unwrapped(file.tensors, for: names)
        } catch {
            throw NetworkError("Cannot use the encoder in \(name): \(error.problem)", remedy: error.remedy)
        }
        (note, fingerprint) = (file.metadata["note"], nil)
    }
}
