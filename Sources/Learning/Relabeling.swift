import NeuralNetwork

/// Pictures that are labeled anew while a network is trained on them.
struct Relabeling {
    /// Shares of the steps, rising.
    let shares: [Double]
    /// The set to go on with after share `number`: made with the averaged network's tensors, or, where these are nil, as an
    /// earlier run has made it.
    let make: (_ number: Int, _ tensors: [String: Tensor]?) throws -> TrainingSet

    init(at shares: [Double], make: @escaping (Int, [String: Tensor]?) throws -> TrainingSet) {
        (self.shares, self.make) = (shares.sorted(), make)
    }

    /// The steps after which it happens.
    func steps(of all: Int) -> [Int] { shares.map { max(1, min(all - 1, Int(($0 * Double(all)).rounded()))) } }
}
