import CKernels

/// What training keeps of a graph's layers beside the values between them, by node.
struct TrainedLayers {
    private(set) var convolutions: [Graph.NodeID: TrainedConvolution] = [:]
    private(set) var biasedConvolutions: [Graph.NodeID: TrainedBiasedConvolution] = [:]
    /// Of a network that ends in a transposed convolution.
    private(set) var classifier: TrainedClassifier?
    /// Which of the nine pixels of a window was the largest, of each max pool. Owned by the trainer.
    private(set) var chosen: [Graph.NodeID: UnsafeMutableBufferPointer<UInt8>] = [:]

    /// - Parameter sizes: of every node's output.
    init(
        of graph: Graph, until logits: Graph.NodeID, batch: Int, sizes: [Graph.Size], in parameters: TrainingParameters,
        engine: OpaquePointer
    ) {
        for id in 1...logits {
            let shape = Self.shape(of: id, in: graph, batch: batch, sizes: sizes)
            let node = graph.nodes[id]
            switch node.operation {
            case .convolution, .depthwiseConvolution:
                convolutions[id] = TrainedConvolution(shape, node: id, in: parameters, graph: graph, engine: engine)
            case .biasedConvolution:
                biasedConvolutions[id] = TrainedBiasedConvolution(
                    shape, channels: node.channels, of: graph.parameters(of: id), in: parameters, engine: engine)
            case .maxPool:
                chosen[id] = .allocate(capacity: batch * sizes[id].height * sizes[id].width * node.channels)
            case .transposedConvolution:
                classifier = TrainedClassifier(shape, of: graph.parameters(of: id), in: parameters, engine: engine)
            default: continue
            }
        }
    }

    /// Brings the weights into the forms that the kernels read.
    func pack(_ engine: OpaquePointer) {
        classifier?.expand()
        for layer in biasedConvolutions.values { layer.expand() }
        let packings =
            convolutions.values.flatMap(\.packings) + biasedConvolutions.values.flatMap(\.packings) + (classifier?.packings ?? [])
        ct_convolution_pack(engine, packings, Int32(packings.count))
        for layer in convolutions.values { layer.packDepthwise() }
    }

    /// The most that the gradient between a batch norm and its convolution takes. Units: values.
    func innerCount(_ engine: OpaquePointer) -> Int { convolutions.values.map { $0.innerCount(engine) }.max() ?? 0 }

    /// Convolutions whose batch norm and activation their one reader can apply.
    func deferredNorms(_ graph: Graph, until logits: Graph.NodeID, _ engine: OpaquePointer) -> Set<Graph.NodeID> {
        let consumers = graph.consumers
        return Set(
            convolutions.keys.filter { id in
                let readers = consumers[id].filter { $0 <= logits }
                guard readers.count == 1, let reader = convolutions[readers[0]] else { return false }
                return reader.takesInputNorm(engine)
            })
    }

    private static func shape(of id: Graph.NodeID, in graph: Graph, batch: Int, sizes: [Graph.Size]) -> ct_convolution {
        let node = graph.nodes[id]
        let from = sizes[node.inputs[0]]
        var shape = ct_convolution(
            batch: Int32(batch), height: Int32(from.height), width: Int32(from.width), out_height: Int32(from.height),
            out_width: Int32(from.width), in: Int32(graph.nodes[node.inputs[0]].channels), out: Int32(16 * node.channels),
            kernel: 3, stride: 1,
            dilation: 1)
        switch node.operation {
        case .convolution(let kernel, let stride, let dilation), .depthwiseConvolution(let kernel, let stride, let dilation):
            (shape.kernel, shape.stride, shape.dilation) = (Int32(kernel), Int32(stride), Int32(dilation))
            (shape.out, shape.out_height, shape.out_width) = (
                Int32(node.channels), Int32(sizes[id].height), Int32(sizes[id].width)
            )
        case .biasedConvolution(let kernel, let dilation):
            (shape.kernel, shape.dilation) = (Int32(kernel), Int32(dilation))
            shape.out = Int32(TrainingLayout.padded(node.channels))
        default: break
        }
        return shape
    }
}
