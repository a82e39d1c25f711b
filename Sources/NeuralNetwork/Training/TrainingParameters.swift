/// A network's trained values in one piece of memory, their gradients in another of the same layout, and its running
/// statistics: optimisers see flat vectors, everybody else named tensors.
///
/// Shape: tensors in the order of `Graph.parameters`, each in PyTorch's layout.
final class TrainingParameters {
    let values: AlignedBuffer
    let gradients: AlignedBuffer
    let statistics: AlignedBuffer
    private let graph: Graph
    private let all: [Graph.Parameter]
    private var offsets: [String: Int] = [:]

    init(_ graph: Graph) {
        (self.graph, all) = (graph, graph.parameters)
        var trained = 0
        var tracked = 0
        for parameter in all {
            offsets[parameter.name] = parameter.isTrained ? trained : tracked
            if parameter.isTrained { trained += parameter.count } else { tracked += parameter.count }
        }
        values = AlignedBuffer(count: trained)
        gradients = AlignedBuffer(count: trained)
        statistics = AlignedBuffer(count: tracked)
    }

    /// The memory of one tensor; valid as long as this object lives.
    func pointer(_ parameter: Graph.Parameter) -> UnsafeMutablePointer<Float> {
        (parameter.isTrained ? values : statistics).start + offsets[parameter.name]!
    }

    func gradientPointer(_ parameter: Graph.Parameter) -> UnsafeMutablePointer<Float> {
        precondition(parameter.isTrained, "\(parameter.name) has no gradient")
        return gradients.start + offsets[parameter.name]!
    }

    func load(_ tensors: [String: Tensor]) throws(NetworkError) {
        do { try graph.check(tensors) } catch {
            throw NetworkError("Cannot load weights: \(error.problem)", remedy: "Were they made for another network?")
        }
        for parameter in all { pointer(parameter).update(from: tensors[parameter.name]!.values, count: parameter.count) }
    }

    var tensors: [String: Tensor] {
        Dictionary(uniqueKeysWithValues: all.map { ($0.name, tensor($0, at: pointer($0))) })
    }

    var gradientTensors: [String: Tensor] {
        Dictionary(uniqueKeysWithValues: all.filter(\.isTrained).map { ($0.name, tensor($0, at: gradientPointer($0))) })
    }

    private func tensor(_ parameter: Graph.Parameter, at start: UnsafeMutablePointer<Float>) -> Tensor {
        Tensor(shape: parameter.shape, values: Array(UnsafeBufferPointer(start: start, count: parameter.count)))
    }
}
