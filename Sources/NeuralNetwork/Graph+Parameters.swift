extension Graph {
    /// One tensor that the network needs, under PyTorch's name and in PyTorch's shape.
    public struct Parameter: Sendable, Equatable {
        public enum Role: Sendable, Equatable {
            case weight, bias, batchNormScale, batchNormShift, runningMean, runningVariance
        }
        public let name: String
        public let shape: [Int]
        public let role: Role
        public let node: NodeID

        public var count: Int { shape.reduce(1, *) }
        /// Whether gradient descent changes it; running statistics are only tracked.
        public var isTrained: Bool { role != .runningMean && role != .runningVariance }
    }

    /// The tensors of one node; empty where it has none.
    ///
    /// Shape: convolution weight (out, in, k, k), depthwise (channels, 1, k, k), transposed convolution weight (in, out, 8, 8), all others (out).
    public func parameters(of id: NodeID) -> [Parameter] {
        let node = nodes[id]
        switch node.operation {
        case .convolution(let kernel, _, _), .depthwiseConvolution(let kernel, _, _):
            let vector = [node.channels]
            return [
                Parameter(
                    name: node.name + ".0.weight", shape: [node.channels, channelsPerFilter(of: id), kernel, kernel],
                    role: .weight, node: id),
                Parameter(name: node.name + ".1.weight", shape: vector, role: .batchNormScale, node: id),
                Parameter(name: node.name + ".1.bias", shape: vector, role: .batchNormShift, node: id),
                Parameter(name: node.name + ".1.running_mean", shape: vector, role: .runningMean, node: id),
                Parameter(name: node.name + ".1.running_var", shape: vector, role: .runningVariance, node: id),
            ]
        case .biasedConvolution(let kernel, _):
            return [
                Parameter(
                    name: node.name + ".weight", shape: [node.channels, channelsPerFilter(of: id), kernel, kernel], role: .weight,
                    node: id),
                Parameter(name: node.name + ".bias", shape: [node.channels], role: .bias, node: id),
            ]
        case .transposedConvolution:
            return [
                Parameter(
                    name: node.name + ".weight", shape: [nodes[node.inputs[0]].channels, node.channels, 8, 8], role: .weight,
                    node: id),
                Parameter(name: node.name + ".bias", shape: [node.channels], role: .bias, node: id),
            ]
        case .input, .add, .averagePool, .maxPool, .concatenate, .resize, .crop, .sigmoid:
            return []
        }
    }

    /// Input channels that a filter of a convolution sees.
    func channelsPerFilter(of id: NodeID) -> Int {
        if case .depthwiseConvolution = nodes[id].operation { 1 } else { nodes[nodes[id].inputs[0]].channels }
    }

    /// Every tensor of the network, node by node.
    public var parameters: [Parameter] { nodes.indices.flatMap(parameters(of:)) }

    /// Trained values, running statistics not counted.
    public var parameterCount: Int { parameters.filter(\.isTrained).reduce(0) { $0 + $1.count } }
}
