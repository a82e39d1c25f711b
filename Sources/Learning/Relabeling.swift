import NeuralNetwork

/// Pictures that are labeled anew while a network is trained on them.
package struct Relabeling {
    /// Shares of the steps, rising.
    let shares: [Double]
    /// The set to go on with after share `number`: made with the averaged network's tensors, or, where these are nil, as an
    /// earlier run has made it.
    let make: (_ number: Int, _ tensors: [String: Tensor]?) throws -> TrainingSet

    package init(at shares: [Double], make: @escaping (Int, [String: Tensor]?) throws -> TrainingSet) {
        (self.shares, self.make) = (shares.sorted(), make)
    }

    /// The number of the share that is due after a step; nil where none is. Of several that fall on it, in a short training, the last:
    /// it is the one that a resumed training looks for.
    package func number(due step: Int, of all: Int) -> Int? {
        last(until: step, of: all).flatMap { $0.step == step ? $0.number : nil }
    }

    /// The last share that was due until a step, and the step at which it was; nil before the first.
    package func last(until step: Int, of all: Int) -> (number: Int, step: Int)? {
        let steps = shares.map { max(1, min(all - 1, Int(($0 * Double(all)).rounded()))) }
        return steps.lastIndex { $0 <= step }.map { ($0, steps[$0]) }
    }
}
