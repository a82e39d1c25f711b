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
    let layers: TrainedLayers
    /// Convolutions whose batch norm and activation their one reader applies, so that their result is never written.
    let deferred: Set<Graph.NodeID>
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
        try Self.checkCrop(layout, graph, sizes)
        let counts = layout.buffers.map { batch * $0.size.height * $0.size.width * $0.channels }
        try Self.checkMemory(counts, layout, graph, batch, sizes)
        guard let engine = ct_engine_create(workers.handle, Int32(workers.threads), Int32(kernels.lanes)) else {
            throw NetworkError("Cannot start training: out of memory.")
        }
        parameters = TrainingParameters(graph)
        layers = TrainedLayers(of: graph, until: layout.logits, batch: batch, sizes: sizes, in: parameters, engine: engine)
        inner = AlignedBuffer(count: layers.innerCount(engine))
        // The portable kernels stay as plain as they are.
        deferred = kernels.lanes == 0 ? [] : layers.deferredNorms(graph, until: layout.logits, engine)
        let unwritten = Set(deferred.map { layout.places[$0]!.buffer })
        let values = counts.indices.map { AlignedBuffer(count: unwritten.contains($0) ? 0 : counts[$0]) }
        // The logits' gradient takes their place.
        gradients = counts.indices.map {
            $0 == layout.places[layout.logits]!.buffer
                ? values[$0] : AlignedBuffer(count: layout.hasNoGradient($0, in: graph) ? 0 : counts[$0])
        }
        (self.values, self.layout, self.sizes, labelSize) = (values, layout, sizes, sizes[graph.output])
        (self.graph, self.batch, self.size, self.workers, self.engine) = (graph, batch, size, workers, engine)
    }

    deinit {
        ct_engine_destroy(engine)
        for buffer in layers.chosen.values { buffer.deallocate() }
    }

    /// The losses look at every score: a crop takes away less than a row or column of cells.
    private static func checkCrop(_ layout: TrainingLayout, _ graph: Graph, _ sizes: [Graph.Size]) throws(NetworkError) {
        let scores = graph.nodes[layout.logits]
        guard scores.operation == .transposedConvolution else { return }
        guard layout.buffers[layout.places[layout.logits]!.buffer].size == sizes[scores.inputs[0]] else {
            throw NetworkError("Cannot train: the scores of \(scores.name) are cropped by more than three rows or columns.")
        }
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
        let pools = layers.chosen.values.map(\.count).reduce(0, +)
        return 4 * (buffers + inner.count + layers.convolutions.values.map(\.output.count).reduce(0, +)) + pools
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
