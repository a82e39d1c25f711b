import NeuralNetwork
import RoadScenes
import Testing

/// A training step of EfficientNet-Lite0 against PyTorch's in float64.
@Suite struct EfficientNetTrainingTests {
    static let size = Graph.Size(height: 64, width: 96)
    static let classes = 11

    /// Values between the limits of most activations, and branches smaller than what they are added to: otherwise rounding alone
    /// moves PyTorch's own gradients by hundredths.
    private func weights(_ graph: Graph) -> [String: Tensor] {
        Fixture.weights(of: graph).reduce(into: [:]) { result, item in
            let (name, tensor) = item
            var values = tensor.values
            if name.hasSuffix("project.1.weight") { values = values.map { 0.25 * $0 } }
            if ["expand.1.bias", "depthwise.1.bias", "stem.1.bias"].contains(where: { name.hasSuffix($0) }) {
                values = values.map { $0 + 2.5 }
            }
            result[name] = Tensor(shape: tensor.shape, values: values)
        }
    }

    private func trainer(_ kernels: Kernels, threads: Int = 2) throws -> Trainer {
        let graph = EfficientNetLiteNetwork.graph(classes: Self.classes, scale: .lite0)
        let trainer = try Trainer(graph, batch: 2, size: Self.size, workers: WorkerPool(threads: threads), kernels: kernels)
        try trainer.load(weights(graph))
        let image = Fixture.noise(1001, count: trainer.input.count)
        _ = trainer.input.update(fromContentsOf: TrainingFixture.channelsLast(image, batch: 2, channels: 3, size: Self.size))
        return trainer
    }

    private func loss(_ trainer: Trainer) -> Double {
        trainer.forward()
        return trainer.crossEntropy(
            labels: TrainingFixture.labels(1002, count: 2 * 64 * 96, classes: Self.classes),
            classWeights: Fixture.noise(1003, count: Self.classes).map { 1.5 + $0 })
    }

    @Test(arguments: TrainerTests.kernels) func lossGradientsAndStatisticsAreThoseOfPyTorch(_ kernels: Kernels) throws {
        let fixture = try TrainingFixture("lite0")
        let trainer = try trainer(kernels)
        let loss = loss(trainer)
        #expect(abs(loss - Double(fixture.expected["loss"]!.values[0])) < 1e-4 * loss)
        trainer.backward()
        // A batch norm behind a sum makes the shift of one in front of it meaningless: that gradient is rounding alone.
        let error = fixture.gradientError(trainer.gradientTensors, zero: 1e-5)
        // The fixture is float64; PyTorch's own float32 is up to a thousandth away from it.
        #expect(error.norm < 3e-3)
        #expect(error.sample < 5e-3)
        let after = fixture.expected.filter { $0.key.hasPrefix("after.") }
        #expect(after.count == 8)
        let tensors = trainer.tensors
        for (name, expected) in after {
            let ours = try #require(tensors[String(name.dropFirst("after.".count))])
            for (a, b) in zip(ours.values, expected.values) { #expect(abs(a - b) < 1e-4 * max(1, abs(b)), "\(name)") }
        }
    }

    /// AdamW is Adam after the weights have decayed; batch norms and biases do not.
    @Test func fiveStepsOfAdamWFollowPyTorch() throws {
        let expected = try TrainingFixture("lite0").expected["adamw_losses"]!.values
        let trainer = try trainer(.best)
        var optimizer = Adam(weightDecay: 0)
        let rate: Float = 1e-3
        var weights: [Range<Int>] = []
        var place = 0
        for parameter in trainer.graph.parameters where parameter.isTrained {
            if parameter.role == .weight { weights.append(place..<place + parameter.count) }
            place += parameter.count
        }
        let values = trainer.parameterValues
        for step in 0..<5 {
            let loss = loss(trainer)
            #expect(abs(loss / Double(expected[step]) - 1) < 1e-3, "step \(step)")
            trainer.backward()
            for range in weights { for index in range { values[index] *= 1 - rate * 0.05 } }
            optimizer.update(trainer, rate: rate)
        }
    }

    @Test(arguments: [1, 2, 3]) func twoRunsWithTheSameThreadsGiveTheSameBits(_ threads: Int) throws {
        func run() throws -> [String: Tensor] {
            let trainer = try trainer(.best, threads: threads)
            var optimizer = SGD(momentum: 0.9, weightDecay: 5e-4)
            for step in 0..<2 {
                trainer.stepSeed = UInt64(step)
                _ = loss(trainer)
                trainer.backward()
                optimizer.update(trainer, rate: 0.01)
            }
            return trainer.tensors
        }
        #expect(try run() == run())
    }
}
