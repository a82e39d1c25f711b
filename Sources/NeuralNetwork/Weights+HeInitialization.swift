extension Weights {
    /// Starting values for a network: He's uniform distribution for convolutions, batch norms that pass everything on,
    /// zero biases. The same seed gives the same values on every machine.
    ///
    /// Source: He et al., "Delving deep into rectifiers", equation 10, as a uniform distribution of the same variance.
    public static func heInitialized(for graph: Graph, seed: UInt64) -> [String: Tensor] {
        var generator = SplitMix64(seed: seed)
        var tensors: [String: Tensor] = [:]
        for parameter in graph.parameters {
            switch parameter.role {
            case .weight:
                let bound = bound(parameter, in: graph)
                let values = (0..<parameter.count).map { _ in generator.nextSigned() * bound }
                tensors[parameter.name] = Tensor(shape: parameter.shape, values: values)
            case .batchNormScale, .runningVariance:
                tensors[parameter.name] = Tensor(shape: parameter.shape, values: [Float](repeating: 1, count: parameter.count))
            case .bias, .batchNormShift, .runningMean:
                tensors[parameter.name] = Tensor(zeros: parameter.shape)
            }
        }
        return tensors
    }

    private static func bound(_ parameter: Graph.Parameter, in graph: Graph) -> Float {
        let shape = parameter.shape
        switch graph.nodes[parameter.node].operation {
        case .transposedConvolution:
            // Stride 4 under an 8×8 kernel: four taps reach an output pixel. No ReLU follows, so the variance is 1/fan-in.
            return (3 / Float(shape[0] * 4)).squareRoot()
        default:
            return (6 / Float(shape[1] * shape[2] * shape[3])).squareRoot()
        }
    }
}
