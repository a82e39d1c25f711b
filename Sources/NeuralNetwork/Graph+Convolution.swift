extension Graph.Node {
    /// Kernel, stride and dilation of a convolution over all channels, with batch norm or bias; nil of everything else.
    var convolution: (kernel: Int, stride: Int, dilation: Int)? {
        switch operation {
        case .convolution(let kernel, let stride, let dilation): (kernel, stride, dilation)
        case .biasedConvolution(let kernel, let dilation): (kernel, 1, dilation)
        default: nil
        }
    }
}
