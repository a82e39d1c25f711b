extension Graph {
    /// Height and width of a node's output, in pixels.
    public struct Size: Sendable, Hashable {
        public let height: Int
        public let width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }
    }

    /// The size of every node's output for one size of the input.
    public func sizes(input: Size) -> [Size] {
        var sizes: [Size] = []
        for node in nodes {
            let first = node.inputs.first.map { sizes[$0] } ?? input
            switch node.operation {
            case .input, .add, .biasedConvolution, .sigmoid, .concatenate:
                sizes.append(first)
            case .convolution(_, let stride, _), .depthwiseConvolution(_, let stride, _):
                sizes.append(Size(height: (first.height - 1) / stride + 1, width: (first.width - 1) / stride + 1))
            case .averagePool:
                sizes.append(Size(height: (first.height + 1) / 2, width: (first.width + 1) / 2))
            case .maxPool:
                sizes.append(Size(height: first.height / 2 + 1, width: first.width / 2 + 1))
            case .resize, .crop:
                sizes.append(sizes[node.inputs[1]])
            case .transposedConvolution:
                sizes.append(Size(height: first.height * 4, width: first.width * 4))
            }
        }
        return sizes
    }

    /// Floating-point operations of one pass, a multiply-add counted as two, as PyTorch's counter does:
    /// convolutions and transposed convolutions only.
    public func operationCount(input: Size) -> Int {
        let sizes = sizes(input: input)
        return nodes.indices.reduce(0) { $0 + operationCount(of: $1, sizes: sizes) }
    }

    /// Floating-point operations of one node.
    public func operationCount(of id: NodeID, sizes: [Size]) -> Int {
        let node = nodes[id]
        switch node.operation {
        case .convolution(let kernel, _, _), .depthwiseConvolution(let kernel, _, _), .biasedConvolution(let kernel, _):
            return 2 * kernel * kernel * channelsPerFilter(of: id) * node.channels * sizes[id].height * sizes[id].width
        case .transposedConvolution:
            let input = sizes[node.inputs[0]]
            return 2 * 64 * nodes[node.inputs[0]].channels * node.channels * input.height * input.width
        case .input, .add, .averagePool, .maxPool, .concatenate, .resize, .crop, .sigmoid:
            return 0
        }
    }
}
