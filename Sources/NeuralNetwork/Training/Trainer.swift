import CKernels

/// Runs a graph with batch statistics, forward and backward: compiled for one batch size and one input size.
///
/// A step is: fill `input`, `forward()`, a loss, `backward()`, an optimiser's `update`. The losses work on logits, so the
/// graph's last crop and sigmoid are not computed.
///
/// Threading: one caller at a time; the work spreads over the workers' threads. The same number of threads gives the same
/// bits.
public final class Trainer {
    public let graph: Graph
    public let batch: Int
    public let size: Graph.Size
    /// Height and width of the labels that the losses expect.
    public let labelSize: Graph.Size
    /// Decides which samples' branches drop-connect leaves out in the next `forward`; nil leaves none out.
    public var stepSeed: UInt64?

    let layout: TrainingLayout
    let parameters: TrainingParameters
    let sizes: [Graph.Size]
    /// Output and gradient of each of the layout's buffers.
    let values: [AlignedBuffer]
    let gradients: [AlignedBuffer]
    /// Convolutions by node.
    let convolutions: [Graph.NodeID: TrainedConvolution]
    let biasedConvolutions: [Graph.NodeID: TrainedBiasedConvolution]
    /// Of a network that ends in a transposed convolution.
    let classifier: TrainedClassifier?
    /// Convolutions whose batch norm and activation their one reader applies, so that their result is never written.
    let deferred: Set<Graph.NodeID>
    /// Which of the nine pixels of a window was the largest, of each max pool.
    let chosen: [Graph.NodeID: UnsafeMutableBufferPointer<UInt8>]
    /// Gradient between a batch norm and its convolution, of one layer after the other.
    let inner: AlignedBuffer
    /// What the last `forward` multiplied the first input of a sum by, one per image.
    var branchFactors: [Graph.NodeID: [Float]] = [:]
    /// Owned; freed in deinit, before the workers that it uses.
    let engine: OpaquePointer
    private let workers: WorkerPool

    /// - Throws: where the graph has a form that cannot be trained.
    public init(
        _ graph: Graph, batch: Int, size: Graph.Size, workers: WorkerPool, kernels: Kernels = .best
    ) throws(NetworkError) {
        precondition(batch > 0 && size.height > 0 && size.width > 0, "a trainer needs at least one image and one pixel")
        let sizes = graph.sizes(input: size)
        let layout = try TrainingLayout(graph, sizes: sizes)
        let labelSize = sizes[graph.output]
        let cells = layout.buffers[layout.places[layout.logits]!.buffer].size
        let isTransposed = graph.nodes[layout.logits].operation == .transposedConvolution
        guard !isTransposed || cells == sizes[graph.nodes[layout.logits].inputs[0]] else {
            throw NetworkError(
                "Cannot train: the scores of \(graph.nodes[layout.logits].name) are cropped by more than three rows or columns.")
        }
        let counts = layout.buffers.map { batch * $0.size.height * $0.size.width * $0.channels }
        try Self.checkMemory(counts, layout, graph, batch, sizes)
        guard let engine = ct_engine_create(workers.handle, Int32(workers.threads), Int32(kernels.lanes)) else {
            throw NetworkError("Cannot start training: out of memory.")
        }
        let parameters = TrainingParameters(graph)
        var convolutions: [Graph.NodeID: TrainedConvolution] = [:]
        var biased: [Graph.NodeID: TrainedBiasedConvolution] = [:]
        var chosen: [Graph.NodeID: UnsafeMutableBufferPointer<UInt8>] = [:]
        for id in 1..<layout.logits {
            switch graph.nodes[id].operation {
            case .convolution, .depthwiseConvolution:
                convolutions[id] = TrainedConvolution(
                    Self.shape(of: id, in: graph, batch: batch, sizes: sizes), node: id, in: parameters, graph: graph,
                    engine: engine)
            case .biasedConvolution:
                biased[id] = TrainedBiasedConvolution(
                    Self.shape(of: id, in: graph, batch: batch, sizes: sizes), channels: graph.nodes[id].channels,
                    of: graph.parameters(of: id), in: parameters, engine: engine)
            case .maxPool:
                chosen[id] = UnsafeMutableBufferPointer<UInt8>.allocate(
                    capacity: batch * sizes[id].height * sizes[id].width * graph.nodes[id].channels)
            default: continue
            }
        }
        classifier =
            isTransposed
            ? TrainedClassifier(
                Self.shape(of: layout.logits, in: graph, batch: batch, sizes: sizes), of: graph.parameters(of: layout.logits),
                in: parameters, engine: engine) : nil
        inner = AlignedBuffer(count: convolutions.values.map { $0.innerCount(engine) }.max() ?? 0)
        // The portable kernels stay as plain as they are.
        let deferred = kernels.lanes == 0 ? [] : Self.deferredNorms(graph, until: layout.logits, convolutions, engine)
        let unwritten = Set(deferred.map { layout.places[$0]!.buffer })
        let values = counts.indices.map { AlignedBuffer(count: unwritten.contains($0) ? 0 : counts[$0]) }
        // The logits' gradient takes their place.
        gradients = counts.indices.map {
            $0 == layout.places[layout.logits]!.buffer
                ? values[$0] : AlignedBuffer(count: layout.hasNoGradient($0, in: graph) ? 0 : counts[$0])
        }
        (self.values, self.deferred) = (values, deferred)
        (biasedConvolutions, self.chosen) = (biased, chosen)
        (self.convolutions, self.parameters, self.layout, self.sizes, self.labelSize) = (
            convolutions, parameters, layout, sizes, labelSize
        )
        (self.graph, self.batch, self.size, self.workers, self.engine) = (graph, batch, size, workers, engine)
    }

    deinit {
        ct_engine_destroy(engine)
        for buffer in chosen.values { buffer.deallocate() }
    }

    /// Values and gradients of every buffer, and the convolutions' own outputs.
    private static func checkMemory(
        _ counts: [Int], _ layout: TrainingLayout, _ graph: Graph, _ batch: Int, _ sizes: [Graph.Size]
    ) throws(NetworkError) {
        let outputs = (1..<layout.logits).compactMap { id -> Int? in
            switch graph.nodes[id].operation {
            case .convolution, .depthwiseConvolution: batch * sizes[id].height * sizes[id].width * graph.nodes[id].channels
            default: nil
            }
        }
        let input = sizes[Graph.inputNode]
        try SystemMemory.check(
            SystemMemory.bytes(floats: 2 * counts.reduce(0, +) + outputs.reduce(0, +) + (outputs.max() ?? 0)),
            for: "training with \(batch) pictures of \(input.width)×\(input.height) pixels at once",
            remedy: "Choose a smaller batch or smaller crops.")
    }

    private static func deferredNorms(
        _ graph: Graph, until logits: Graph.NodeID, _ convolutions: [Graph.NodeID: TrainedConvolution], _ engine: OpaquePointer
    ) -> Set<Graph.NodeID> {
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

    /// The network's input, to be filled before `forward`.
    ///
    /// Shape: (batch, height, width, channels).
    public var input: UnsafeMutableBufferPointer<Float> { values[layout.places[Graph.inputNode]!.buffer].values }

    /// All trained values, for optimisers; tensors in the order of `Graph.parameters`. Valid as long as the trainer lives.
    public var parameterValues: UnsafeMutableBufferPointer<Float> { parameters.values.values }

    /// The last backward pass's gradients in the layout of `parameterValues`. Valid as long as the trainer lives.
    public var gradientValues: UnsafeMutableBufferPointer<Float> { parameters.gradients.values }

    /// All running means and variances; tensors in the order of `Graph.parameters`. Valid as long as the trainer lives.
    public var statisticValues: UnsafeMutableBufferPointer<Float> { parameters.statistics.values }

    /// - Throws: where a tensor is missing or has another shape; nothing is changed then.
    public func load(_ tensors: [String: Tensor]) throws(NetworkError) { try parameters.load(tensors) }

    /// A copy of parameters and running statistics, by name.
    public var tensors: [String: Tensor] { parameters.tensors }

    /// A copy of the last backward pass's gradients, by name.
    public var gradientTensors: [String: Tensor] { parameters.gradientTensors }

    /// Bytes of activations and gradients.
    public var memory: Int {
        let buffers =
            values.map(\.count).reduce(0, +) + gradients.map(\.count).reduce(0, +)
            - values[layout.places[layout.logits]!.buffer].count
        let pools = chosen.values.map(\.count).reduce(0, +)
        return 4 * (buffers + inner.count + convolutions.values.map(\.output.count).reduce(0, +)) + pools
    }

    var classes: Int { graph.nodes[layout.logits].channels }

    /// A copy of the logits of the last `forward`, before a loss has turned them into their gradient.
    ///
    /// Shape: (batch, classes, height, width) of `labelSize`.
    public var scores: Tensor {
        let (height, width, classes) = (labelSize.height, labelSize.width, self.classes)
        let (rows, columns) = ((height + 3) / 4, (width + 3) / 4)
        let logits = values[layout.places[layout.logits]!.buffer].start
        var result = Tensor(zeros: [batch, classes, height, width])
        for image in 0..<batch {
            for c in 0..<classes {
                for y in 0..<height {
                    for x in 0..<width {
                        let cell = (image * rows + y / 4) * columns + x / 4
                        result.values[((image * classes + c) * height + y) * width + x] =
                            logits[(cell * classes + c) * 16 + y % 4 * 4 + x % 4]
                    }
                }
            }
        }
        return result
    }
}
