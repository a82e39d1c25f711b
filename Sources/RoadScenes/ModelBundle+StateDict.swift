import NeuralNetwork

extension ModelBundle {
    /// The tensors of one network as PyTorch saves them: checked, without the `module.` that parallel training puts
    /// before every name.
    ///
    /// - Parameters:
    ///   - file: the content of a safetensors file; `name` stands for it in errors.
    ///   - network: which segmentation network it should be.
    ///   - classes: what the network should tell apart.
    /// - Throws: where the file is a bundle, was made for another number of classes, or does not fit the network.
    public static func stateDict(
        _ file: Weights, name: String, of part: Part, network: Network = .paper, classes: ClassSet
    ) throws(NetworkError) -> [String: Tensor] {
        let tensors = withoutPrefix(file.tensors)
        do throws(NetworkError) {
            try validate(classes)
            try checkKind(tensors, of: part, network, classes)
            try validate(tensors, against: part.graph(network, classes: classes.count))
        } catch {
            throw NetworkError("Cannot use \(name): \(error.problem)", remedy: error.remedy)
        }
        return tensors
    }

    private static let parallelPrefix = "module."

    /// The tensors without what parallel training puts before every name.
    static func withoutPrefix(_ tensors: [String: Tensor]) -> [String: Tensor] {
        guard !tensors.isEmpty, tensors.keys.allSatisfy({ $0.hasPrefix(parallelPrefix) }) else { return tensors }
        var result: [String: Tensor] = [:]
        for (key, tensor) in tensors { result[String(key.dropFirst(parallelPrefix.count))] = tensor }
        return result
    }

    /// The likely mistakes, in words that help more than the first tensor that differs.
    private static func checkKind(_ tensors: [String: Tensor], of part: Part, _ network: Network, _ classes: ClassSet) throws(NetworkError) {
        if tensors.keys.contains(where: { $0.hasPrefix(Part.segmentation.prefix) }) {
            throw NetworkError(
                "it is a bundle already, not a plain state_dict.", remedy: "'camber models show' prints what it holds.")
        }
        // Both (in, out, …) of a transposed convolution and (out, in, …) of a convolution have the classes second.
        let parameter = part == .segmentation ? "classify.weight" : "conv1.0.weight"
        if let shape = tensors[parameter]?.shape, shape.count == 4, shape[1] != classes.count {
            throw NetworkError(
                "it was trained for \(shape[1]) classes (\(parameter)), there are \(classes.count): \(classes.names.joined(separator: ", ")).",
                remedy: "Name the classes that it was trained for, in their order.")
        }
        let other: Part = part == .segmentation ? .auxiliary : .segmentation
        if Set(other.graph(network, classes: classes.count).parameters.map(\.name)).isSubset(of: tensors.keys) {
            throw NetworkError("it holds the \(other.rawValue) network, not the \(part.rawValue) network.")
        }
    }
}

extension ModelBundle.Part {
    /// The network's graph.
    func graph(_ network: Network, classes: Int) -> Graph {
        switch self {
        case .segmentation: network.graph(classes: classes)
        case .auxiliary: AuxiliaryNetwork.graph(classes: classes)
        }
    }
}
