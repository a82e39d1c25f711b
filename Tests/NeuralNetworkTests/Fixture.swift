import Foundation
import NeuralNetwork

/// PyTorch's numbers for both networks: weights and inputs are a formula, results are in `Fixtures/`.
enum Fixture {
    static func tensors(_ name: String) throws -> [String: Tensor] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return try Weights(contentsOf: folder.appending(path: name + ".safetensors").path).tensors
    }

    /// Value i of tensor number t, in −1..<1.
    static func noise(_ t: Int, count: Int) -> [Float] {
        (0..<count).map { i in
            var u = UInt32(truncatingIfNeeded: t &* 0x9E37_79B1 &+ i &* 0x85EB_CA6B)
            u ^= u >> 16
            u = u &* 0x7FEB_352D
            u ^= u >> 15
            u = u &* 0x846C_A68B
            u ^= u >> 16
            return Float(Double(u) / 2_147_483_648 - 1)
        }
    }

    /// The formula's weights of a network: tensors are numbered in the order of their names.
    static func weights(of graph: Graph) -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        for (number, parameter) in graph.parameters.sorted(by: { $0.name < $1.name }).enumerated() {
            let noise = noise(number, count: parameter.count)
            let isTransposed: Bool =
                if case .transposedConvolution = graph.nodes[parameter.node].operation { true } else { false }
            let values: [Float]
            switch parameter.role {
            case .weight where isTransposed: values = noise.map { $0 * 0.1 }
            case .weight:
                let scale = Float((6 / Double(parameter.shape.dropFirst().reduce(1, *))).squareRoot())
                values = noise.map { $0 * scale }
            case .runningVariance: values = noise.map { 1 + 0.5 * $0 }
            case .batchNormScale: values = noise.map { 1 + 0.2 * $0 }
            case .bias, .batchNormShift, .runningMean: values = noise.map { $0 * 0.1 }
            }
            weights[parameter.name] = Tensor(shape: parameter.shape, values: values)
        }
        return weights
    }

    /// The largest difference, as a share of the largest value.
    static func error(_ values: [Float], _ expected: [Float]) -> Float {
        guard values.count == expected.count, let largest = expected.map(abs).max() else { return .infinity }
        let error = zip(values, expected).map { abs($0 - $1) }.max()! / largest
        return error.isFinite && values.allSatisfy(\.isFinite) ? error : .infinity
    }
}
