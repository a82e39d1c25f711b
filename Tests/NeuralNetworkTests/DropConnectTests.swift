import NeuralNetwork
import Testing

/// A sum that leaves out its first input's samples at random while training.
@Suite struct DropConnectTests {
    private static let size = Graph.Size(height: 4, width: 8)

    /// The classifier's input is branch + plain, so that scores are linear in the branch's factor.
    private func trainer(rate: Float, batch: Int = 8) throws -> Trainer {
        var graph = Graph(inputChannels: 3)
        let branch = graph.convolution("branch", of: Graph.inputNode, channels: 8, kernel: 1, activation: .none)
        let plain = graph.convolution("plain", of: Graph.inputNode, channels: 8, kernel: 1, activation: .none)
        graph.transposedConvolution("classify", of: graph.sum("sum", branch, plain, dropConnect: rate), channels: 2)
        let trainer = try Trainer(graph, batch: batch, size: Self.size, workers: WorkerPool(threads: 2))
        try trainer.load(Fixture.weights(of: graph))
        _ = trainer.input.update(fromContentsOf: Fixture.noise(1, count: trainer.input.count))
        return trainer
    }

    private func images(_ trainer: Trainer, seed: UInt64?) -> [[Float]] {
        trainer.stepSeed = seed
        trainer.forward()
        let scores = trainer.scores.values
        let size = scores.count / trainer.batch
        return (0..<trainer.batch).map { Array(scores[$0 * size..<($0 + 1) * size]) }
    }

    @Test func withoutASeedNothingIsLeftOut() throws {
        #expect(try images(trainer(rate: 0.5), seed: nil) == images(trainer(rate: 0), seed: 5))
    }

    @Test func aSeedDecidesAloneWhatIsLeftOut() throws {
        // A trainer of its own each time: the running statistics, which every pass moves, decide the last bits.
        let first = try images(self.trainer(rate: 0.5), seed: 11)
        #expect(try images(self.trainer(rate: 0.5), seed: 12) != first)
        #expect(try images(self.trainer(rate: 0.5), seed: 11) == first)
    }

    @Test func imagesLoseTheirBranchAtTheRateAndOthersMakeUpForIt() throws {
        let rate: Float = 0.25
        let trainer = try trainer(rate: rate)
        let whole = images(trainer, seed: nil)
        let weights = trainer.tensors
        var without = weights
        for name in ["branch.1.weight", "branch.1.bias"] { without[name] = Tensor(zeros: [8]) }
        try trainer.load(without)
        let plain = images(trainer, seed: nil)
        try trainer.load(weights)
        let kept = zip(whole, plain).map { zip($0, $1).map { $1 + ($0 - $1) / (1 - rate) } }
        var dropped = 0
        for seed in 0..<300 {
            for (image, scores) in images(trainer, seed: UInt64(seed)).enumerated() {
                let isDropped = Fixture.error(scores, plain[image]) < 1e-4
                #expect(isDropped || Fixture.error(scores, kept[image]) < 1e-4)
                dropped += isDropped ? 1 : 0
            }
        }
        // 2400 draws: a standard deviation of 21.
        #expect(abs(dropped - 600) < 84)
    }
}
