import NeuralNetwork

/// Finds a network's tensors among those of a file, whatever wrapped it when it was saved.
///
/// Parallel training, compilation and training frameworks put a component of their own into every name (`module.`,
/// `_orig_mod.`, `model.`, `state_dict.model.`), and frameworks save other things beside the network.
public enum StateDictNames {
    /// What PyTorch's wrappers add, wherever they wrap.
    private static let wrappers: Set<Substring> = [
        "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    ]

    /// The tensors under the names that the network has, without what is in front of them.
    ///
    /// - Parameter parameters: the network's own names.
    /// - Returns: all tensors where the network's names have nothing in front of them, or none is found.
    /// - Throws: where the file holds the network more than once.
    public static func unwrapped(
        _ tensors: [String: Tensor], for parameters: some Sequence<String>
    ) throws(NetworkError) -> [String: Tensor] {
        let parameters = Set(parameters)
        let tensors = withoutWrappers(tensors, keeping: parameters)
        var found: [Substring: Int] = [:]
        let longest = parameters.map(\.utf8.count).max() ?? 0
        for name in tensors.keys {
            // Most of a very long name is never compared: that would take the square of its length.
            for start in starts(of: name)
            where name.utf8.distance(from: start, to: name.endIndex) <= longest && parameters.contains(String(name[start...])) {
                found[name[..<start], default: 0] += 1
            }
        }
        guard let most = found.values.max() else { return tensors }
        let prefixes = found.filter { $0.value == most }.keys.sorted()
        if prefixes.contains("") { return tensors }
        guard prefixes.count == 1 else {
            throw NetworkError(
                "it holds the network \(prefixes.count) times: behind the prefixes \(prefixes.joined(separator: ", ")).",
                remedy: "Keep the one that is wanted and leave out the others.")
        }
        var own: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.hasPrefix(prefixes[0]) {
            own[String(name.dropFirst(prefixes[0].count))] = tensor
        }
        return own
    }

    /// Where the components of a name start.
    private static func starts(of name: String) -> [String.Index] {
        [name.startIndex] + name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }.map { name.utf8.index(after: $0) }
    }

    private static func withoutWrappers(_ tensors: [String: Tensor], keeping parameters: Set<String>) -> [String: Tensor] {
        var plain: [String: Tensor] = [:]
        for (name, tensor) in tensors {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            let kept = parameters.contains(name) ? parts : parts.filter { !wrappers.contains($0) }
            // Two that would have the same name are told apart by the prefixes.
            guard plain.updateValue(tensor, forKey: kept.joined(separator: ".")) == nil else { return tensors }
        }
        return plain
    }
}
