/// Translates a graph's nodes into ONNX operators, one by one.
struct ONNXGraphBuilder {
    private let graph: Graph
    private let tensors: [String: Tensor]
    private let sizes: [Graph.Size]
    /// The name of each node's result.
    private let values: [String]
    private var nodes: [ProtobufMessage] = []
    private var initializers: [ProtobufMessage] = []

    init(_ graph: Graph, tensors: [String: Tensor], input: Graph.Size) {
        self.graph = graph
        self.tensors = tensors
        let sizes = graph.sizes(input: input)
        var values = graph.nodes.map(\.name)
        // A crop that cuts nothing off is left out; what it would crop takes its name.
        for (id, node) in graph.nodes.enumerated() where node.operation == .crop && sizes[id] == sizes[node.inputs[0]] {
            values[node.inputs[0]] = node.name
        }
        self.sizes = sizes
        self.values = values
    }

    mutating func add(_ id: Graph.NodeID) throws(NetworkError) {
        let node = graph.nodes[id]
        let inputs = node.inputs.map { values[$0] }
        switch node.operation {
        case .input: break
        case .convolution(let kernel, let stride, let dilation), .depthwiseConvolution(let kernel, let stride, let dilation):
            try convolution(id, kernel: kernel, stride: stride, dilation: dilation)
        case .biasedConvolution(let kernel, let dilation):
            try convolution(id, kernel: kernel, stride: 1, dilation: dilation)
        case .maxPool:
            append(
                "MaxPool", inputs, to: values[id],
                [
                    ONNXMessages.ints("kernel_shape", 3, 3), ONNXMessages.ints("strides", 2, 2),
                    ONNXMessages.ints("pads", 1, 1, 1, 1), ONNXMessages.int("ceil_mode", 1),
                ])
        case .add:
            append("Add", inputs, to: beforeActivation(id), [])
            activation(of: id)
        case .averagePool:
            append(
                "AveragePool", inputs, to: values[id],
                [
                    ONNXMessages.ints("kernel_shape", 2, 2), ONNXMessages.ints("strides", 2, 2), ONNXMessages.int("ceil_mode", 1),
                    ONNXMessages.int("count_include_pad", 0),
                ])
        case .concatenate:
            append("Concat", inputs, to: values[id], [ONNXMessages.int("axis", 1)])
        case .resize:
            let shape = initializer(values[id] + ".sizes", [1, node.channels, sizes[id].height, sizes[id].width])
            append(
                "Resize", [inputs[0], "", "", shape], to: values[id],
                [ONNXMessages.string("mode", "linear"), ONNXMessages.string("coordinate_transformation_mode", "half_pixel")])
        case .transposedConvolution:
            let names = graph.parameters(of: id).map(\.name)
            for name in names { initializer(name, tensors[name]!) }
            append(
                "ConvTranspose", [inputs[0]] + names, to: values[id],
                [
                    ONNXMessages.ints("kernel_shape", 8, 8), ONNXMessages.ints("strides", 4, 4),
                    ONNXMessages.ints("pads", 2, 2, 2, 2),
                ])
        case .crop:
            guard sizes[id] != sizes[node.inputs[0]] else { break }
            let starts = initializer(node.name + ".starts", [0, 0])
            let ends = initializer(node.name + ".ends", [sizes[id].height, sizes[id].width])
            let axes = initializer(node.name + ".axes", [2, 3])
            append("Slice", [inputs[0], starts, ends, axes], to: values[id], [])
        case .sigmoid:
            append("Sigmoid", inputs, to: values[id], [])
        }
    }

    /// The graph's message.
    func finish(name: String) -> ProtobufMessage {
        var result = ProtobufMessage()
        result.add(1, nodes)
        result.add(2, name)
        result.add(5, initializers)
        result.add(11, value(Graph.inputNode))
        result.add(12, value(graph.output))
        return result
    }

    private mutating func convolution(_ id: Graph.NodeID, kernel: Int, stride: Int, dilation: Int) throws(NetworkError) {
        let node = graph.nodes[id]
        let folded = FoldedConvolution(node, epsilon: graph.batchNormEpsilon, in: tensors)
        guard folded.isFinite else {
            throw NetworkError(
                "Cannot export \(node.name): its batch norm leaves the range of float32.", remedy: "Was training stable?")
        }
        let perFilter = graph.channelsPerFilter(of: id)
        let shape = [node.channels, perFilter, kernel, kernel]
        initializer(node.name + ".weight", Tensor(shape: shape, values: folded.weights))
        initializer(node.name + ".bias", Tensor(shape: [node.channels], values: folded.bias))
        let padding = dilation * (kernel / 2)
        append(
            "Conv", [values[node.inputs[0]], node.name + ".weight", node.name + ".bias"], to: beforeActivation(id),
            [
                ONNXMessages.ints("kernel_shape", kernel, kernel), ONNXMessages.ints("strides", stride, stride),
                ONNXMessages.ints("dilations", dilation, dilation),
                ONNXMessages.ints("pads", padding, padding, padding, padding),
                ONNXMessages.int("group", graph.nodes[node.inputs[0]].channels / perFilter),
            ])
        activation(of: id)
    }

    /// The name of a node's result before its activation.
    private func beforeActivation(_ id: Graph.NodeID) -> String {
        let node = graph.nodes[id]
        if node.activation == .none { return values[id] }
        if case .add = node.operation { return node.name + ".sum" }
        return node.name + ".conv"
    }

    private mutating func activation(of id: Graph.NodeID) {
        switch graph.nodes[id].activation {
        case .none: break
        case .relu: append("Relu", [beforeActivation(id)], to: values[id], [])
        case .relu6:
            let limits = ["low", "high"].map { graph.nodes[id].name + "." + $0 }
            for (name, limit) in zip(limits, [Float(0), 6]) { initializer(name, Tensor(shape: [], values: [limit])) }
            append("Clip", [beforeActivation(id)] + limits, to: values[id], [])
        }
    }

    // MARK: Parts

    private mutating func append(_ type: String, _ inputs: [String], to output: String, _ attributes: [ProtobufMessage]) {
        nodes.append(ONNXMessages.node(type, inputs, to: output, attributes))
    }

    private mutating func initializer(_ name: String, _ tensor: Tensor) {
        initializers.append(ONNXMessages.tensor(name, tensor))
    }

    /// - Returns: its name.
    private mutating func initializer(_ name: String, _ list: [Int]) -> String {
        initializers.append(ONNXMessages.tensor(name, list))
        return name
    }

    private func value(_ id: Graph.NodeID) -> ProtobufMessage {
        ONNXMessages.value(values[id], shape: [1, graph.nodes[id].channels, sizes[id].height, sizes[id].width])
    }
}
