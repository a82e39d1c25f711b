/// How a convolution is computed, chosen by its shape.
enum ConvolutionMethod: Equatable {
    /// 1×1, stride 1: a matrix product.
    case pointwise
    /// Straight from an input with a zero border.
    case direct(border: Int)
    /// 3×3, stride 1, in tiles of `tile` × `tile` outputs. Source: Lavin and Gray 2015.
    case winograd(tile: Int, dilation: Int)
    /// im2col and OpenBLAS.
    case portable

    /// Nil for other nodes than convolutions.
    init?(of id: Graph.NodeID, in graph: Graph, size: Graph.Size, kernels: Kernels) {
        let node = graph.nodes[id]
        guard let (kernel, stride, dilation) = node.convolution else { return nil }
        let inChannels = graph.nodes[node.inputs[0]].channels
        if kernels == .portable || node.channels % 8 != 0 {
            self = .portable
        } else if kernel == 1, stride == 1 {
            self = .pointwise
        } else if kernel == 3, stride == 1, inChannels % 8 == 0 {
            let tile = Self.tile(size: size, dilation: dilation, inChannels: inChannels, outChannels: node.channels)
            self = .winograd(tile: tile, dilation: dilation)
        } else {
            self = .direct(border: dilation * (kernel / 2))
        }
    }

    /// The tile with less arithmetic: multiplications, and the transforms at what they cost in multiplications' time.
    private static func tile(size: Graph.Size, dilation: Int, inChannels: Int, outChannels: Int) -> Int {
        func cost(_ tile: Int) -> Int {
            func tiles(_ extent: Int) -> Int {
                (0..<min(dilation, extent)).reduce(0) { sum, phase in
                    let outputs = (extent - phase + dilation - 1) / dilation
                    return sum + (outputs + tile - 1) / tile
                }
            }
            let points = (tile + 2) * (tile + 2)
            let transforms = (tile == 6 ? 12 : 9) * (inChannels + outChannels)
            return tiles(size.height) * tiles(size.width) * points * (inChannels * outChannels + transforms)
        }
        return cost(6) < cost(4) ? 6 : 4
    }

    /// Whether the kernel can also average 2×2 of its outputs.
    var canPool: Bool {
        switch self {
        case .pointwise: true
        case .winograd(_, let dilation): dilation == 1
        case .direct, .portable: false
        }
    }

    /// Zero pixels that the kernel needs around its input.
    var border: Int {
        if case .direct(let border) = self { border } else { 0 }
    }

    /// Floats of packed weights for one weight as PyTorch has it, rounded up.
    var expansion: Int {
        switch self {
        case .pointwise, .direct, .portable: 1
        case .winograd(let tile, _): ((tile + 2) * (tile + 2) + 8) / 9
        }
    }
}
