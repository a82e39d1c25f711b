import NeuralNetwork

/// What PyTorch computed of a training step, and the inputs that it computed it from.
struct TrainingFixture {
    let expected: [String: Tensor]

    init(_ name: String) throws { expected = try Fixture.tensors(name) }

    /// Labels 0 ..< classes, and 255 for void.
    static func labels(_ number: Int, count: Int, classes: Int) -> [UInt8] {
        Fixture.noise(number, count: count).map { value in
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
    /// largest of its tensor's 14 samples. Norms and samples below `zero` are relative to that.
    func gradientError(_ gradients: [String: Tensor], zero: Double = 0) -> (norm: Double, sample: Double) {
        var worst = (norm: 0.0, sample: 0.0)
        for (name, gradient) in gradients {
            guard let values = expected["gradient." + name]?.values.map(Double.init) else { return (.infinity, .infinity) }
            let norm = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            worst.norm = max(worst.norm, abs(norm - values[0]) / max(values[0], zero))
            let samples = values[2...]
            let largest = max(samples.map(abs).max()!, zero)
            for (index, sample) in samples.enumerated() where largest > 0 {
                worst.sample = max(worst.sample, abs(Double(gradient.values[index * gradient.count / 14]) - sample) / largest)
            }
        }
        return worst
    }
}
