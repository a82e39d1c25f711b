import NeuralNetwork
import Testing

/// Every layer's backward pass against finite differences of the forward pass, and AVX2 kernels against portable ones.
@Suite struct TrainerGradientTests {
    /// A layer between a convolution, so that its input gradient matters, and the classifier.
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var size = Graph.Size(height: 9, width: 14)
        var channels = 16
        /// What the scales of the batch norm named "layer" are multiplied by, so that its values reach a limit above.
        var gain: Float = 1
        /// Whether the network ends as DeepLab does: convolutions with bias, summed and resized to the input.
        var isResized = false
        let add: @Sendable (inout Graph, Graph.NodeID) -> Graph.NodeID

        var graph: Graph {
            var graph = Graph(inputChannels: 3)
            let first = graph.convolution("first", of: Graph.inputNode, channels: channels, kernel: 1)
            let last = add(&graph, first)
            if isResized {
                let near = graph.biasedConvolution("classify.0", of: last, channels: 5, kernel: 3)
                let far = graph.biasedConvolution("classify.1", of: last, channels: 5, kernel: 3, dilation: 6)
                graph.resize("scores", of: graph.sum("sum of classes", near, far), like: Graph.inputNode)
            } else {
                graph.transposedConvolution("classify", of: last, channels: 5)
            }
            return graph
        }

        static func convolution(
            _ kernel: Int, stride: Int = 1, dilation: Int = 1, from: Int = 16, to: Int = 24,
            size: Graph.Size = Graph.Size(height: 9, width: 14)
        ) -> Layer {
            Layer(
                testDescription: "\(kernel)×\(kernel) \(from)→\(to) stride \(stride) dilation \(dilation) at \(size)", size: size,
                channels: from
            ) {
                $0.convolution("layer", of: $1, channels: to, kernel: kernel, stride: stride, dilation: dilation)
            }
        }

        static func depthwise(
            _ kernel: Int, stride: Int = 1, dilation: Int = 1, channels: Int = 24, activation: Graph.Activation = .relu,
            size: Graph.Size = Graph.Size(height: 9, width: 14), gain: Float = 1
        ) -> Layer {
            Layer(
                testDescription:
                    "depthwise \(kernel)×\(kernel) of \(channels) stride \(stride) dilation \(dilation) \(activation) at \(size)",
                size: size, channels: channels, gain: gain
            ) {
                $0.depthwiseConvolution(
                    "layer", of: $1, kernel: kernel, stride: stride, dilation: dilation, activation: activation)
            }
        }
    }

    static let layers: [Layer] = [
        .convolution(1), .convolution(1, from: 72, to: 40), .convolution(1, stride: 2),
        .convolution(3), .convolution(3, from: 8, to: 8), .convolution(3, from: 72, to: 136), .convolution(3, from: 136, to: 72),
        .convolution(3, size: Graph.Size(height: 1, width: 1)), .convolution(3, size: Graph.Size(height: 4, width: 8)),
        .convolution(3, size: Graph.Size(height: 23, width: 30)), .convolution(3, dilation: 2), .convolution(3, dilation: 4),
        .convolution(3, dilation: 8), .convolution(3, dilation: 16), .convolution(3, stride: 2),
        .convolution(3, stride: 2, from: 8, to: 40),
        .convolution(3, stride: 2, dilation: 2), .convolution(5),
        Layer(testDescription: "average pool, odd") { $0.averagePool("layer", of: $1) },
        Layer(testDescription: "average pool, even", size: Graph.Size(height: 6, width: 8)) { $0.averagePool("layer", of: $1) },
        Layer(testDescription: "max pool, odd") { $0.maxPool("layer", of: $1) },
        Layer(testDescription: "max pool, even", size: Graph.Size(height: 6, width: 8)) { $0.maxPool("layer", of: $1) },
        Layer(testDescription: "max pool beside another reader") { graph, input in
            let other = graph.convolution("other", of: input, channels: 16, kernel: 3, stride: 2)
            let pooled = graph.resize("resized", of: graph.maxPool("pool", of: input), like: other)
            return graph.sum("layer", graph.convolution("after", of: pooled, channels: 16, kernel: 1), other)
        },
        .convolution(7, stride: 2),
        Layer(testDescription: "end by resize, eighth of the size", size: Graph.Size(height: 27, width: 38), isResized: true) {
            $0.averagePool("half", of: $0.averagePool("quarter", of: $0.averagePool("eighth", of: $1)))
        },
        Layer(testDescription: "end by resize, the same size", isResized: true) {
            $0.convolution("layer", of: $1, channels: 16, kernel: 1)
        },
        Layer(testDescription: "resize up") { graph, input in
            let small = graph.convolution("small", of: graph.averagePool("pool", of: input), channels: 8, kernel: 1)
            return graph.resize("layer", of: small, like: input)
        },
        Layer(testDescription: "resize down") { graph, input in
            let small = graph.averagePool("pool2", of: graph.averagePool("pool", of: input))
            return graph.concatenate("layer", [small, graph.resize("resized", of: input, like: small)])
        },
        Layer(testDescription: "dense block") { graph, input in
            var block = input
            for unit in 0..<3 {
                let reduce = graph.convolution("reduce\(unit)", of: block, channels: 32, kernel: 1)
                let grow = graph.convolution("grow\(unit)", of: reduce, channels: 8, kernel: 3)
                block = graph.concatenate("unit\(unit)", [block, grow])
            }
            return block
        },
        Layer(testDescription: "a part used after the whole") { graph, input in
            let left = graph.convolution("left", of: input, channels: 8, kernel: 1)
            let right = graph.convolution("right", of: input, channels: 8, kernel: 1)
            let whole = graph.concatenate("whole", [left, right])
            let part = graph.convolution("part", of: left, channels: 8, kernel: 1)
            let rest = graph.convolution("rest", of: whole, channels: 8, kernel: 1)
            return graph.concatenate("layer", [part, rest])
        },
        .depthwise(3), .depthwise(3, stride: 2), .depthwise(3, dilation: 2), .depthwise(3, stride: 2, dilation: 2),
        .depthwise(5), .depthwise(5, stride: 2), .depthwise(5, dilation: 2), .depthwise(7, channels: 8),
        .depthwise(3, channels: 8), .depthwise(5, channels: 8, size: Graph.Size(height: 3, width: 2)),
        .depthwise(3, stride: 2, channels: 40, size: Graph.Size(height: 10, width: 7)),
        .depthwise(3, channels: 72, size: Graph.Size(height: 40, width: 3)),
        .depthwise(5, stride: 2, channels: 16, size: Graph.Size(height: 75, width: 37)),
        .depthwise(3, size: Graph.Size(height: 1, width: 1)), .depthwise(5, stride: 2, size: Graph.Size(height: 1, width: 2)),
        .depthwise(3, activation: .none), .depthwise(5, activation: .relu6, gain: 6),
        Layer(testDescription: "relu6", gain: 6) {
            $0.convolution("layer", of: $1, channels: 24, kernel: 3, activation: .relu6)
        },
        Layer(testDescription: "no activation") {
            $0.convolution("layer", of: $1, channels: 24, kernel: 1, activation: .none)
        },
        Layer(testDescription: "sum with an input that has other readers") { graph, input in
            let branch = graph.convolution("branch", of: input, channels: 16, kernel: 3, activation: .none)
            let sum = graph.sum("sum", branch, input, activation: .relu)
            return graph.concatenate("layer", [graph.convolution("after", of: input, channels: 8, kernel: 1), sum])
        },
        Layer(testDescription: "sum of two sums, limited above", gain: 6) { graph, input in
            let branch = graph.convolution("layer", of: input, channels: 16, kernel: 1, activation: .none)
            let once = graph.sum("once", branch, input)
            return graph.sum("twice", once, graph.sum("other", input, branch), activation: .relu6)
        },
        Layer(testDescription: "sum of a node and itself") { $0.sum("layer", $1, $1) },
        Layer(testDescription: "sum of parts of concatenations") { graph, input in
            let left = graph.convolution("left", of: input, channels: 8, kernel: 1)
            let right = graph.convolution("right", of: input, channels: 8, kernel: 1)
            let whole = graph.concatenate("whole", [left, right])
            return graph.concatenate("layer", [graph.sum("sum", left, right, activation: .relu), graph.sum("all", whole, input)])
        },
        Layer(testDescription: "inverted residuals with drop-connect") { graph, input in
            var x = input
            for unit in 0..<2 {
                let wide = graph.convolution("expand\(unit)", of: x, channels: 48, kernel: 1, activation: .relu6)
                let deep = graph.depthwiseConvolution("depthwise\(unit)", of: wide, kernel: 3, activation: .relu6)
                let narrow = graph.convolution("project\(unit)", of: deep, channels: 16, kernel: 1, activation: .none)
                x = graph.sum("sum\(unit)", narrow, x, dropConnect: 0.5)
            }
            return x
        },
    ]

    private func trainer(_ layer: Layer, _ kernels: Kernels) throws -> (trainer: Trainer, loss: () -> Double) {
        let trainer = try Trainer(layer.graph, batch: 2, size: layer.size, workers: WorkerPool(threads: 2), kernels: kernels)
        var weights = Fixture.weights(of: layer.graph)
        if let scale = weights["layer.1.weight"] {
            weights["layer.1.weight"] = Tensor(shape: scale.shape, values: scale.values.map { $0 * layer.gain })
        }
        try trainer.load(weights)
        trainer.stepSeed = 3
        _ = trainer.input.update(fromContentsOf: Fixture.noise(1, count: trainer.input.count))
        let labels = TrainingFixture.labels(2, count: 2 * trainer.labelSize.height * trainer.labelSize.width, classes: 5)
        let classWeights: [Float] = [1, 2, 0.5, 1.5, 0.75]
        return (
            trainer,
            { [unowned trainer] in
                trainer.forward()
                return trainer.crossEntropy(labels: labels, classWeights: classWeights)
            }
        )
    }

    // Batch norm of a single pixel per image is too bent for differences.
    @Test(arguments: layers.filter { $0.size.height > 1 }, TrainerTests.kernels) func gradientsAreTheSlopesOfTheLoss(
        _ layer: Layer, _ kernels: Kernels
    ) throws {
        let (trainer, loss) = try trainer(layer, kernels)
        _ = loss()
        trainer.backward()
        let gradients = trainer.gradientTensors
        let start = trainer.tensors
        for (name, gradient) in gradients {
            let square = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }
            // Along the gradient the loss changes by its squared norm; where that is next to nothing, rounding is more.
            guard square > 1e-6 else { continue }
            let step = Float(min(1e-3, 0.003 * square.squareRoot()) / square)
            func moved(_ sign: Float) throws -> Double {
                var tensors = start
                for i in gradient.values.indices { tensors[name]!.values[i] += sign * step * gradient.values[i] }
                try trainer.load(tensors)
                return loss()
            }
            let slope = try (moved(1) - moved(-1)) / (2 * Double(step))
            #expect(abs(slope - square) < 0.05 * square, "\(name)")
        }
        #expect(gradients.values.contains { $0.values.contains { $0 != 0 } })
    }

    @Test(arguments: layers, [Kernels.avx512, .avx2].filter(\.isAvailable))
    func vectorAndPortableKernelsAgree(_ layer: Layer, kernels: Kernels) throws {
        let (fast, fastLoss) = try trainer(layer, kernels)
        let (plain, plainLoss) = try trainer(layer, .portable)
        fast.forward()
        plain.forward()
        let (a, b) = (fast.scores.values, plain.scores.values)
        let largest = b.map(abs).max()!
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-5 * largest })
        #expect(abs(fastLoss() - plainLoss()) < 1e-5)
        fast.backward()
        plain.backward()
        let oracle = plain.gradientTensors
        for (name, gradient) in fast.gradientTensors {
            let expected = try #require(oracle[name]).values
            let norm = expected.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let error = zip(gradient.values, expected).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
            #expect(error < 2e-3 * norm + 1e-6, "\(name)")
        }
    }
}
