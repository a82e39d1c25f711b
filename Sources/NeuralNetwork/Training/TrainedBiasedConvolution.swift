import CKernels

/// What training keeps of a convolution with bias and without batch norm. The kernels want channels in eights, so the last ones of its
/// output may be of no class: their weights are zero.
final class TrainedBiasedConvolution {
    let shape: ct_convolution
    /// Of the network, not of `shape`.
    let channels: Int
    let packed: AlignedBuffer
    let packedForGradient: AlignedBuffer
    /// One per channel of `shape`.
    let bias: AlignedBuffer
    /// (out, in, k, k) of `shape`, and its gradient.
    let expanded: AlignedBuffer
    let expandedGradients: AlignedBuffer
    let biasGradients: UnsafeMutablePointer<Float>
    private let weights: UnsafeMutablePointer<Float>
    private let weightGradients: UnsafeMutablePointer<Float>
    private let channelBias: UnsafeMutablePointer<Float>

    /// The pointers stay valid because `parameters` lives as long as the trainer that owns both.
    init(
        _ shape: ct_convolution, channels: Int, of tensors: [Graph.Parameter], in parameters: TrainingParameters,
        engine: OpaquePointer
    ) {
        (self.shape, self.channels) = (shape, channels)
        var shape = shape
        packed = AlignedBuffer(count: ct_convolution_packed_size(engine, &shape, ct_forward))
        packedForGradient = AlignedBuffer(count: ct_convolution_packed_size(engine, &shape, ct_data_gradient))
        bias = AlignedBuffer(count: Int(shape.out))
        expanded = AlignedBuffer(count: Int(shape.out * shape.in * shape.kernel * shape.kernel))
        expandedGradients = AlignedBuffer(count: expanded.count)
        weights = parameters.pointer(tensors[0])
        weightGradients = parameters.gradientPointer(tensors[0])
        channelBias = parameters.pointer(tensors[1])
        biasGradients = parameters.gradientPointer(tensors[1])
    }

    private var count: Int { expanded.count / Int(shape.out) * channels }

    func expand() {
        expanded.start.update(from: weights, count: count)
        bias.start.update(from: channelBias, count: channels)
    }

    func gatherGradients() { weightGradients.update(from: expandedGradients.start, count: count) }

    var packings: [ct_packing] {
        [
            ct_packing(conv: shape, direction: ct_forward, weights: expanded.start, packed: packed.start),
            ct_packing(conv: shape, direction: ct_data_gradient, weights: expanded.start, packed: packedForGradient.start),
        ]
    }
}
