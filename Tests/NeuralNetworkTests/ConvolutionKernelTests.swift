import NeuralNetwork
import Testing

/// Every vector convolution against its portable twin.
@Suite(.enabled(if: Kernels.avx2.isAvailable)) struct ConvolutionKernelTests {
    /// A network of one convolution, or two with pooling, with the end that a plan needs.
    private static func output(_ kernels: Kernels, height: Int, width: Int, build: (inout Graph) -> Graph.NodeID) throws
        -> [Float]
    {
        var graph = Graph(inputChannels: 8)
        let tested = build(&graph)
        let end = graph.transposedConvolution("end", of: tested, channels: 1)
        graph.crop("result", of: end, like: Graph.inputNode)
        let name = graph.nodes[tested].name
        let plan = try InferencePlan(
            graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: height, width: width),
            workers: WorkerPool(threads: 2),
            kernels: kernels, input: .planes, observing: [name])
        var planes = [Float](repeating: 0, count: height * width)
        let input = Fixture.noise(1, count: 8 * height * width)
        planes.withUnsafeMutableBufferPointer { plan.run(planes: input, into: .init(planes: $0.baseAddress)) }
        return plan.output(of: name).values
    }

    private static func expectTwins(height: Int, width: Int, build: (inout Graph) -> Graph.NodeID) throws {
        let portable = try output(.portable, height: height, width: width, build: build)
        for kernels in [Kernels.avx512, .avx2] where kernels.isAvailable {
            let fast = try output(kernels, height: height, width: width, build: build)
            #expect(Fixture.error(fast, portable) < 2e-5, "\(kernels)")
        }
    }

    @Test(arguments: [8, 16, 24, 32, 40, 48, 96, 136], [1, 2, 3, 4, 8, 16])
    func winogradAgrees(channels: Int, dilation: Int) throws {
        for (height, width) in [(8, 8), (13, 29), (24, 36)] {
            try Self.expectTwins(height: height, width: width) { graph in
                let wide = graph.convolution("wide", of: Graph.inputNode, channels: channels, kernel: 1)
                return graph.convolution("tested", of: wide, channels: 24, kernel: 3, dilation: dilation)
            }
        }
    }

    @Test(arguments: [8, 16, 24, 32, 40, 56, 72, 128]) func everyNumberOfOutputChannelsAgrees(channels: Int) throws {
        for kernel in [1, 3] {
            try Self.expectTwins(height: 17, width: 23) {
                $0.convolution("tested", of: Graph.inputNode, channels: channels, kernel: kernel)
            }
        }
    }

    @Test(arguments: [(3, 2, 1), (5, 1, 1), (5, 2, 2), (3, 2, 3), (1, 2, 1), (7, 3, 1)])
    func directConvolutionAgrees(kernel: Int, stride: Int, dilation: Int) throws {
        for (height, width) in [(8, 8), (19, 33)] {
            try Self.expectTwins(height: height, width: width) {
                $0.convolution("tested", of: Graph.inputNode, channels: 40, kernel: kernel, stride: stride, dilation: dilation)
            }
        }
    }

    @Test(arguments: [1, 3]) func poolingFusedIntoConvolutionsAgrees(kernel: Int) throws {
        for (height, width) in [(8, 8), (13, 29), (25, 24), (31, 9)] {
            try Self.expectTwins(height: height, width: width) { graph in
                let left = graph.convolution("left", of: Graph.inputNode, channels: 16, kernel: kernel)
                let right = graph.convolution("right", of: Graph.inputNode, channels: 24, kernel: 3)
                return graph.averagePool("tested", of: graph.concatenate("both", [left, right]))
            }
        }
    }

    @Test func aNodeInTwoConcatenationsIsCopied() throws {
        try Self.expectTwins(height: 12, width: 20) { graph in
            let a = graph.convolution("a", of: Graph.inputNode, channels: 8, kernel: 1)
            let b = graph.convolution("b", of: Graph.inputNode, channels: 16, kernel: 3)
            let first = graph.concatenate("first", [a, b])
            let c = graph.convolution("c", of: first, channels: 8, kernel: 3)
            return graph.concatenate("tested", [c, b, Graph.inputNode, a])
        }
    }

    @Test func channelsThatAreNoMultipleOfEightFallBack() throws {
        try Self.expectTwins(height: 12, width: 20) { graph in
            let odd = graph.convolution("odd", of: Graph.inputNode, channels: 5, kernel: 3)
            return graph.convolution("tested", of: odd, channels: 16, kernel: 3)
        }
    }

    @Test(arguments: [(3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (7, 1, 1), (9, 1, 1)])
    func depthwiseConvolutionAgrees(kernel: Int, stride: Int, dilation: Int) throws {
        for (height, width) in [(8, 8), (8, 12), (13, 29), (24, 41)] {
            for activation in [Graph.Activation.none, .relu, .relu6] {
                try Self.expectTwins(height: height, width: width) { graph in
                    let wide = graph.convolution("wide", of: Graph.inputNode, channels: 40, kernel: 1)
                    return graph.depthwiseConvolution(
                        "tested", of: wide, kernel: kernel, stride: stride, dilation: dilation, activation: activation)
                }
            }
        }
    }

    /// The middle is wide enough here that a task takes a part of a row only.
    @Test(arguments: [(3, 1, 24), (3, 2, 96), (5, 1, 40), (5, 2, 240)], [false, true])
    func invertedResidualsAgree(shape: (kernel: Int, stride: Int, middle: Int), expands: Bool) throws {
        let (kernel, stride, middle) = shape
        for (height, width) in [(8, 8), (13, 29), (61, 150)] {
            try Self.expectTwins(height: height, width: width) { graph in
                let input = graph.convolution("start", of: Graph.inputNode, channels: expands ? 16 : middle, kernel: 1)
                let wide =
                    expands ? graph.convolution("expand", of: input, channels: middle, kernel: 1, activation: .relu6) : input
                let depthwise = graph.depthwiseConvolution(
                    "depthwise", of: wide, kernel: kernel, stride: stride, activation: .relu6)
                let project = graph.convolution(
                    "project", of: depthwise, channels: graph.nodes[input].channels, kernel: 1, activation: .none)
                return stride == 1 ? graph.sum("tested", project, input) : project
            }
        }
    }

    @Test(arguments: [Graph.Activation.none, .relu, .relu6]) func sumsAgree(activation: Graph.Activation) throws {
        for (height, width) in [(8, 8), (13, 29)] {
            // A 1×1 convolution adds it, in both orders; its result is part of a wider map.
            for isFirst in [true, false] {
                try Self.expectTwins(height: height, width: width) { graph in
                    let a = graph.convolution("a", of: Graph.inputNode, channels: 24, kernel: 3)
                    let b = graph.convolution("b", of: a, channels: 24, kernel: 1, activation: .none)
                    let sum = graph.sum("sum", isFirst ? b : a, isFirst ? a : b, activation: activation)
                    return graph.concatenate("tested", [a, sum])
                }
            }
            // What somebody else reads too, what has its own activation, and a node twice, are added in a step of their own.
            try Self.expectTwins(height: height, width: width) { graph in
                let a = graph.convolution("a", of: Graph.inputNode, channels: 16, kernel: 1, activation: .none)
                let b = graph.convolution("b", of: a, channels: 16, kernel: 1)
                let twice = graph.sum("twice", a, a, activation: activation)
                return graph.sum("tested", graph.sum("sum", b, twice), a, activation: activation)
            }
        }
    }
}
