import NeuralNetwork

extension ModelBundle {
    /// The tensors of one network as PyTorch saves them: checked, without what wrappers put before
    /// every name (`StateDictNames`).
    ///
    /// - Parameters:
    ///   - file: the content of a safetensors file; `name` stands for it in errors.
    ///   - network: which segmentation network it should be.
    ///   - classes: what the network should tell apart.
    /// - Throws: where the file is a bundle, was made for another number of classes, or does not fit the network.
    public static func stateDict(
        _ file: Weights, name: String, of part: Part, network: Network = .paper, classes: ClassSet
    ) throws(NetworkError) -> [String: Tensor] {
        do throws(NetworkError) {
            try validate(classes)
            try checkKind(file.tensors, of: part, network, classes)
            let graph = part.graph(network, classes: classes.count)
            let tensors = try StateDictNames.unwrapped(file.tensors, for: graph.parameters.map(\.name))
            try checkClasses(tensors, of: part, network, classes)
            if part == .segmentation { try NetworkFit.check(file.tensors, wanted: network, classes: classes.count) }
            try validate(tensors, against: graph)
            return tensors
        } catch {
            throw NetworkError("Cannot use \(name): \(error.problem)", remedy: error.remedy)
        }
    }

    /// The likely mistakes, in words that help more than the first tensor that differs.
    private static func checkKind(
        _ tensors: [String: Tensor], of part: Part, _ network: Network, _ classes: ClassSet
    ) throws(NetworkError) {
        if tensors.keys.contains(where: { $0.hasPrefix(Part.segmentation.prefix) }) {
            throw NetworkError(
                "it is a bundle already, not a plain state_dict.", remedy: "'camber models show' prints what it holds.")
        }
        let other: Part = part == .segmentation ? .auxiliary : .segmentation
        let names = other.graph(network, classes: classes.count).parameters.map(\.name)
        if Set(names).isSubset(of: try StateDictNames.unwrapped(tensors, for: names).keys) {
            throw NetworkError("it holds the \(other.rawValue) network, not the \(part.rawValue) network.")
        }
    }

    private static func checkClasses(
        _ tensors: [String: Tensor], of part: Part, _ network: Network, _ classes: ClassSet
    ) throws(NetworkError) {
        let (parameter, axis) = part == .segmentation ? network.classifier : ("conv1.0.weight", 1)
        if let shape = tensors[parameter]?.shape, shape.count == 4, shape[axis] != classes.count {
            throw NetworkError(
                "it was trained for \(shape[axis]) classes (\(parameter)), there are \(classes.count): \(classes.names.joined(separator: ", ")).",
                remedy: "Name the classes that it was trained for, in their order.")
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
