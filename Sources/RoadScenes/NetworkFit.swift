import NeuralNetwork

/// How many of a network's parameters a file has, under their names, whatever is in front of them, and in their shapes.
struct NetworkFit {
    let network: Network
    let matching: Int
    let wanted: Int
    /// The first parameter that is missing or has another shape, and how; nil where all are there.
    let mismatch: String?

    init(_ network: Network, _ tensors: [String: Tensor], classes: Int) {
        let parameters = network.graph(classes: classes).parameters
        // What holds the network twice is refused later, in words of its own.
        let tensors = (try? StateDictNames.unwrapped(tensors, for: parameters.map(\.name))) ?? tensors
        self.network = network
        wanted = parameters.count
        matching = parameters.count { tensors[$0.name]?.shape == $0.shape }
        mismatch = parameters.first { tensors[$0.name]?.shape != $0.shape }.map { parameter in
            tensors[parameter.name].map {
                "\(parameter.name) is \(ModelBundle.text(parameter.shape)) there, the file has \(ModelBundle.text($0.shape))"
            } ?? "\(parameter.name) is not in the file"
        }
    }

    private var share: Double { Double(matching) / Double(wanted) }

    /// - Throws: where the tensors are another network's, or no network's, naming the one that fits best. What has most of the
    ///   wanted network's tensors is left to `ModelBundle.validate`.
    static func check(_ tensors: [String: Tensor], wanted: Network, classes: Int) throws(NetworkError) {
        let own = NetworkFit(wanted, tensors, classes: classes)
        guard own.mismatch != nil else { return }
        let fits = Network.allCases.map { NetworkFit($0, tensors, classes: classes) }
        let best = fits.reduce(own) { $1.share > $0.share ? $1 : $0 }
        guard let mismatch = best.mismatch else {
            throw NetworkError(
                "it holds the network \(best.network.rawValue), not \(wanted.rawValue).",
                remedy: "Give --network \(best.network.rawValue).")
        }
        guard own.share < 0.5 else { return }
        let fit =
            best.matching == 0
            ? "None of its \(tensors.count) tensors has a name and shape of theirs."
            : "\(best.network.rawValue) fits best: \(best.matching) of its \(best.wanted) tensors are there; "
                + "the first that does not fit: \(mismatch)."
        throw NetworkError(
            "it is of no network that there is (\(Network.names)). \(fit)",
            remedy: "Weights of other networks cannot be used; Benchmarks/twins.py has the networks in PyTorch.")
    }
}

extension Network {
    /// The network that a state_dict is of: the first whose parameters are all there; nil where there is none.
    public init?(of tensors: [String: Tensor], classes: Int) {
        guard let network = Self.allCases.first(where: { NetworkFit($0, tensors, classes: classes).mismatch == nil }) else {
            return nil
        }
        self = network
    }
}
