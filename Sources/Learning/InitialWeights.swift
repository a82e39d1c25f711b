import Foundation
import NeuralNetwork
import RoadScenes

/// Weights to start training from.
public enum InitialWeights {
    /// He's normal distribution by fan-out for convolutions, a narrow one for the transposed convolution. The same seed gives
    /// the same values on every machine of one kind.
    ///
    /// Source: He et al., "Delving deep into rectifiers", section 2.2, backward case.
    public static func random(for graph: Graph, seed: UInt64) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (number, parameter) in graph.parameters.enumerated() {
            var random = SplitMix64(seed: seed, 0x1E, number)
            switch parameter.role {
            case .weight:
                let deviation = deviation(parameter, in: graph)
                tensors[parameter.name] = Tensor(
                    shape: parameter.shape, values: (0..<parameter.count).map { _ in deviation * normal(&random) })
            case .batchNormScale, .runningVariance:
                tensors[parameter.name] = Tensor(shape: parameter.shape, values: [Float](repeating: 1, count: parameter.count))
            case .bias, .batchNormShift, .runningMean:
                tensors[parameter.name] = Tensor(zeros: parameter.shape)
            }
        }
        return tensors
    }

    private static func deviation(_ parameter: Graph.Parameter, in graph: Graph) -> Float {
        let taps = parameter.shape[2] * parameter.shape[3]
        return switch graph.nodes[parameter.node].operation {
        case .transposedConvolution: 0.02
        case .biasedConvolution: 0.01
        // Each channel reaches its own only.
        case .depthwiseConvolution: (2 / Float(taps)).squareRoot()
        default: (2 / Float(parameter.shape[0] * taps)).squareRoot()
        }
    }

    /// Source: Box and Muller, "A note on the generation of random normal deviates".
    private static func normal(_ random: inout SplitMix64) -> Float {
        let radius = (-2 * log(1 - Double(random.uniform(0, 1)))).squareRoot()
        return Float(radius * cos(2 * .pi * Double(random.uniform(0, 1))))
    }
}
