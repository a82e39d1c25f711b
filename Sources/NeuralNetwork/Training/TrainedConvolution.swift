import CKernels

/// What training keeps of one convolution, or depthwise convolution, with batch norm: packed weights, its own output, batch
/// statistics.
final class TrainedConvolution {
    let shape: ct_convolution
    let isDepthwise: Bool
    let packed: AlignedBuffer
    /// Empty where the input is the network's: nobody asks for its gradient. A depthwise convolution reads `packed` both ways.
    let packedForGradient: AlignedBuffer
    /// Before batch norm; dense.
    let output: AlignedBuffer
    /// Valid as long as this object lives.
    let norm: UnsafeMutablePointer<ct_batch_norm>
    let weights: UnsafeMutablePointer<Float>
    let weightGradients: UnsafeMutablePointer<Float>
    /// Mean, inverse deviation, scale, shift, slope and offset of the batch; `norm` points into it.
    private let batchStatistics: AlignedBuffer

    /// The pointers stay valid because `parameters` lives as long as the trainer that owns both.
    init(
        _ shape: ct_convolution, node: Graph.NodeID, in parameters: TrainingParameters, graph: Graph, engine: OpaquePointer
    ) {
        let (tensors, activation) = (graph.parameters(of: node), graph.nodes[node].activation)
        self.shape = shape
        isDepthwise = if case .depthwiseConvolution = graph.nodes[node].operation { true } else { false }
        var shape = shape
        let needsInputGradient = !isDepthwise && graph.nodes[node].inputs[0] != Graph.inputNode
        packed = AlignedBuffer(
            count: isDepthwise ? tensors[0].count : ct_convolution_packed_size(engine, &shape, ct_forward))
        packedForGradient = AlignedBuffer(
            count: needsInputGradient ? ct_convolution_packed_size(engine, &shape, ct_data_gradient) : 0)
        let channels = Int(shape.out)
        let pixels = Int(shape.batch) * Int(shape.out_height) * Int(shape.out_width)
        output = AlignedBuffer(count: pixels * channels)
        batchStatistics = AlignedBuffer(count: 6 * channels)
        func tensor(_ role: Graph.Parameter.Role) -> Graph.Parameter { tensors.first { $0.role == role }! }
        weights = parameters.pointer(tensor(.weight))
        weightGradients = parameters.gradientPointer(tensor(.weight))
        norm = .allocate(capacity: 1)
        norm.initialize(
            to: ct_batch_norm(
                channels: Int32(channels), pixels: pixels, epsilon: graph.batchNormEpsilon, momentum: graph.batchNormMomentum,
                low: activation.low, high: activation.high,
                gamma: UnsafePointer(parameters.pointer(tensor(.batchNormScale))),
                beta: UnsafePointer(parameters.pointer(tensor(.batchNormShift))),
                running_mean: parameters.pointer(tensor(.runningMean)),
                running_variance: parameters.pointer(tensor(.runningVariance)),
                mean: batchStatistics.start, inverse_deviation: batchStatistics.start + channels,
                scale: batchStatistics.start + 2 * channels, shift: batchStatistics.start + 3 * channels,
                d_gamma: parameters.gradientPointer(tensor(.batchNormScale)),
                d_beta: parameters.gradientPointer(tensor(.batchNormShift)),
                slope: batchStatistics.start + 4 * channels, offset: batchStatistics.start + 5 * channels))
    }

    deinit { norm.deallocate() }

    /// Whether it can apply its input's batch norm and activation as it reads.
    func takesInputNorm(_ engine: OpaquePointer) -> Bool {
        var shape = shape
        return isDepthwise ? ct_depthwise_takes_input_norm(engine, &shape) : shape.kernel == 1 && shape.stride == 1
    }

    /// Floats that its backward pass needs between batch norm and convolution.
    func innerCount(_ engine: OpaquePointer) -> Int {
        var shape = shape
        return isDepthwise ? ct_depthwise_inner_size(engine, &shape) : ct_convolution_inner_size(&shape)
    }

    /// For `ct_convolution_pack`; none of a depthwise convolution.
    var packings: [ct_packing] {
        guard !isDepthwise else { return [] }
        let forward = ct_packing(conv: shape, direction: ct_forward, weights: weights, packed: packed.start)
        let gradient = ct_packing(conv: shape, direction: ct_data_gradient, weights: weights, packed: packedForGradient.start)
        return packedForGradient.count > 0 ? [forward, gradient] : [forward]
    }

    func packDepthwise() {
        guard isDepthwise else { return }
        var shape = shape
        ct_depthwise_pack(&shape, weights, packed.start)
    }
}
