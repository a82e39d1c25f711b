import CKernels

/// What training keeps of the transposed convolution, which it computes as a 3×3 convolution to 16 output phases a class.
final class TrainedClassifier {
    let shape: ct_convolution
    let classes: Int
    let packed: AlignedBuffer
    let packedForGradient: AlignedBuffer
    /// One per class and phase.
    let bias: AlignedBuffer
    /// (classes · 16, in, 3, 3), and its gradient.
    let expanded: AlignedBuffer
    let expandedGradients: AlignedBuffer
    private let weights: UnsafeMutablePointer<Float>
    private let weightGradients: UnsafeMutablePointer<Float>
    private let classBias: UnsafeMutablePointer<Float>
    let biasGradients: UnsafeMutablePointer<Float>

    /// The pointers stay valid because `parameters` lives as long as the trainer that owns both.
    init(_ shape: ct_convolution, of tensors: [Graph.Parameter], in parameters: TrainingParameters, engine: OpaquePointer) {
        self.shape = shape
        classes = Int(shape.out) / 16
        var shape = shape
        packed = AlignedBuffer(count: ct_convolution_packed_size(engine, &shape, ct_forward))
        packedForGradient = AlignedBuffer(count: ct_convolution_packed_size(engine, &shape, ct_data_gradient))
        bias = AlignedBuffer(count: Int(shape.out))
        expanded = AlignedBuffer(count: Int(shape.out * shape.in * 9))
        expandedGradients = AlignedBuffer(count: expanded.count)
        weights = parameters.pointer(tensors[0])
        weightGradients = parameters.gradientPointer(tensors[0])
        classBias = parameters.pointer(tensors[1])
        biasGradients = parameters.gradientPointer(tensors[1])
    }

    func expand() {
        ct_transposed_expand(weights, shape.in, Int32(classes), expanded.start)
        for index in 0..<bias.count { bias.start[index] = classBias[index / 16] }
    }

    func gatherGradients() {
        ct_transposed_gather(expandedGradients.start, shape.in, Int32(classes), weightGradients)
    }

    var packings: [ct_packing] {
        [
            ct_packing(conv: shape, direction: ct_forward, weights: expanded.start, packed: packed.start),
            ct_packing(conv: shape, direction: ct_data_gradient, weights: expanded.start, packed: packedForGradient.start),
        ]
    }
}
