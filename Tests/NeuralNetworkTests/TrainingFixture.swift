import Foundation
import NeuralNetwork

/// What PyTorch computed, and the formulas for the weights and inputs that it computed it from.
struct TrainingFixture {
    let expected: [String: Tensor]

    init(_ name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        expected = try Weights(contentsOf: folder.appendingPathComponent(name + ".safetensors").path).tensors
    }

    /// Value `index` of the tensor with number `number`, in -1 ..< 1.
    static func noise(_ number: Int, count: Int) -> [Float] {
        (0..<count).map { index in
            var u = UInt32(truncatingIfNeeded: number) &* 0x9E37_79B1 &+ UInt32(truncatingIfNeeded: index) &* 0x85EB_CA6B
            u ^= u >> 16
            u = u &* 0x7FEB_352D
            u ^= u >> 15
            u = u &* 0x846C_A68B
            u ^= u >> 16
            return Float(Double(u) / 2_147_483_648 - 1)
        }
    }

    /// The weights that the fixtures were made with.
    static func weights(_ graph: Graph) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for (number, parameter) in graph.parameters.sorted(by: { $0.name < $1.name }).enumerated() {
            let noise = noise(number, count: parameter.count)
            let fanIn = parameter.shape.dropFirst().reduce(1, *)
            let transposed = graph.nodes[parameter.node].operation == .transposedConvolution
            let values: [Float] =
                switch parameter.role {
                case .weight: transposed ? noise.map { $0 * 0.1 } : noise.map { $0 * Float((6 / Double(fanIn)).squareRoot()) }
                case .runningVariance: noise.map { 1 + 0.5 * $0 }
                case .batchNormScale: noise.map { 1 + 0.2 * $0 }
                case .bias, .batchNormShift, .runningMean: noise.map { 0.1 * $0 }
                }
            tensors[parameter.name] = Tensor(shape: parameter.shape, values: values)
        }
        return tensors
    }

    /// Labels 0 ..< classes, and 255 for void.
    static func labels(_ number: Int, count: Int, classes: Int) -> [UInt8] {
        noise(number, count: count).map { value in
            let label = Int((Double((value + 1) / 2) * Double(classes + 1)))
            return label >= classes ? 255 : UInt8(label)
        }
    }

    /// (n, c, h, w) → (n, h, w, c).
    static func channelsLast(_ values: [Float], batch: Int, channels: Int, size: Graph.Size) -> [Float] {
        let pixels = size.height * size.width
        var result = [Float](repeating: 0, count: values.count)
        for n in 0..<batch {
            for c in 0..<channels {
                for p in 0..<pixels { result[(n * pixels + p) * channels + c] = values[(n * channels + c) * pixels + p] }
            }
        }
        return result
    }

    /// The largest difference between the gradients and the fixture: of a norm relative to it, of a sample relative to the
    /// largest of its tensor's 14 samples.
    func gradientError(_ gradients: [String: Tensor]) -> (norm: Double, sample: Double) {
        var worst = (norm: 0.0, sample: 0.0)
        for (name, gradient) in gradients {
            guard let values = expected["gradient." + name]?.values.map(Double.init) else { return (.infinity, .infinity) }
            let norm = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            worst.norm = max(worst.norm, abs(norm - values[0]) / values[0])
            let samples = values[2...]
            let largest = samples.map(abs).max()!
            for (index, sample) in samples.enumerated() where largest > 0 {
                worst.sample = max(worst.sample, abs(Double(gradient.values[index * gradient.count / 14]) - sample) / largest)
            }
        }
        return worst
    }
}
