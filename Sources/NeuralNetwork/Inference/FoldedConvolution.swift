/// A convolution's weights with its batch norm, where it has one, folded in: as inference and export use them.
package struct FoldedConvolution {
    /// Shape: (out, in, k, k).
    package let weights: [Float]
    /// Shape: (out).
    package let bias: [Float]

    /// - Precondition: `weights` holds the node's parameters in their shapes (see `Graph.check`).
    package init(_ node: Graph.Node, epsilon: Float, in weights: [String: Tensor]) {
        func values(_ suffix: String) -> [Float] { weights[node.name + suffix]!.values }
        if case .biasedConvolution = node.operation {
            (self.weights, bias) = (values(".weight"), values(".bias"))
            return
        }
        let (scale, shift, mean, variance) = (
            values(".1.weight"), values(".1.bias"), values(".1.running_mean"), values(".1.running_var")
        )
        let factors = zip(scale, variance).map { Double($0) / (Double($1) + Double(epsilon)).squareRoot() }
        let raw = values(".0.weight")
        let perChannel = raw.count / factors.count
        self.weights = raw.indices.map { Float(Double(raw[$0]) * factors[$0 / perChannel]) }
        bias = factors.indices.map { Float(Double(shift[$0]) - Double(mean[$0]) * factors[$0]) }
    }

    /// Whether all of it is in float32's range, as what it was made of is.
    package var isFinite: Bool { weights.allSatisfy(\.isFinite) && bias.allSatisfy(\.isFinite) }
}

extension Graph {
    /// The name of the first node whose batch norm leaves float32's range once it is folded in: no pass gives numbers then.
    ///
    /// - Precondition: `tensors` holds every parameter in its shape (see `check`).
    package func nodeThatCannotBeFolded(_ tensors: [String: Tensor]) -> String? {
        nodes.first { node in
            switch node.operation {
            case .convolution, .depthwiseConvolution:
                !FoldedConvolution(node, epsilon: batchNormEpsilon, in: tensors).isFinite
            default: false
            }
        }?.name
    }
}
