import CKernels

/// Depthwise convolutions, sums, and the steps that join them with the 1×1 convolutions around them.
extension InferenceCompiler {
    /// Bytes of the middle that a task of an inverted residual keeps: well within a core's second-level cache.
    private static let middleBytes = 192 << 10
    /// Share of the middle's values that may be made twice before making them once, in a step of their own, is cheaper.
    private static let mostRepeated = 0.25

    static func fusion(
        of graph: Graph, sizes: [Graph.Size], kernels: Kernels, threads: Int, observed: Set<String>,
        method: (Graph.NodeID) -> ConvolutionMethod?
    ) -> InferenceFusion {
        guard kernels.vector != nil else { return InferenceFusion(nothingOf: graph) }
        return InferenceFusion(
            graph, observed: observed, isPointwise: { method($0) == .pointwise },
            isDepthwise: { isFast(depthwise: $0, in: graph) && graph.nodes[$0].dilation == 1 },
            absorbsExpansion: { id in
                block(of: id, in: graph, size: sizes[id], threads: threads).repeated <= mostRepeated
            })
    }

    private static func isFast(depthwise id: Graph.NodeID, in graph: Graph) -> Bool {
        guard case .depthwiseConvolution(let kernel, _, _) = graph.nodes[id].operation else { return false }
        return kernel <= CK_DEPTHWISE_KERNEL && graph.nodes[id].channels % 8 == 0
    }

    /// Outputs of a task of an inverted residual around a depthwise convolution, and the share of the middle that tasks make again.
    private static func block(
        of id: Graph.NodeID, in graph: Graph, size: Graph.Size, threads: Int
    ) -> (rows: Int, columns: Int, repeated: Double) {
        guard case .depthwiseConvolution(let kernel, let stride, _) = graph.nodes[id].operation else {
            preconditionFailure("\(graph.nodes[id].name) is no depthwise convolution")
        }
        let channels = graph.nodes[id].channels
        // `kernel` rows of the middle and one of the depthwise convolution's own.
        let bytes = { (columns: Int) in 4 * channels * (kernel * ((columns - 1) * stride + kernel) + columns) }
        var parts = 1
        while parts < size.width, bytes((size.width + parts - 1) / parts) > middleBytes { parts += 1 }
        let columns = (size.width + parts - 1) / parts
        let strips = max(1, (2 * threads + parts - 1) / parts)
        let rows = max(1, (size.height + strips - 1) / strips)
        let made = Double((rows - 1) * stride + kernel) * Double((columns - 1) * stride + kernel)
        return (rows, columns, made / Double(rows * stride * columns * stride) - 1)
    }

    mutating func addDepthwise(_ id: Graph.NodeID, weights: [String: Tensor], to program: InferenceProgram) {
        var context = depthwise(id, weights: weights, in: program)
        context.in = map(of: graph.nodes[id].inputs[0], in: program)
        context.out = map(of: id, in: program)
        context.block = Int32(share(sizes[id].height, atMost: 4))
        let isFast = Self.isFast(depthwise: id, in: graph)
        program.add(
            graph.nodes[id].name, (isFast ? kernels.vector?.depthwise : nil) ?? ck_depthwise_portable_run, context,
            tasks: Int(ck_depthwise_tasks(&context)))
    }

    /// Weights and shape; the maps are the caller's.
    private func depthwise(_ id: Graph.NodeID, weights: [String: Tensor], in program: InferenceProgram) -> ck_depthwise {
        let node = graph.nodes[id]
        guard case .depthwiseConvolution(let kernel, let stride, let dilation) = node.operation else {
            preconditionFailure("\(node.name) is no depthwise convolution")
        }
        let folded = FoldedConvolution(node, epsilon: graph.batchNormEpsilon, in: weights)
        let packed = program.constant(count: folded.weights.count)
        ck_depthwise_pack(folded.weights, Int32(node.channels), Int32(kernel), packed)
        var context = ck_depthwise()
        context.weights = UnsafePointer(packed)
        context.bias = UnsafePointer(program.constant(folded.bias))
        (context.kernel, context.stride, context.dilation) = (Int32(kernel), Int32(stride), Int32(dilation))
        context.limits = limits(of: id)
        context.in.channels = Int32(node.channels)
        return context
    }

    mutating func addInverted(_ unit: InferenceFusion.Unit, weights: [String: Tensor], to program: InferenceProgram) {
        guard let vector = kernels.vector, let middle = unit.depthwise else { preconditionFailure("no inverted residual") }
        let block = Self.block(of: middle, in: graph, size: sizes[middle], threads: threads)
        var context = ck_inverted()
        context.in = map(of: graph.nodes[unit.first].inputs[0], in: program)
        context.out = map(of: unit.result, in: program)
        if let expand = unit.expand {
            (context.expand, context.expand_bias) = pointwise(expand, weights: weights, in: program)
            context.expand_limits = limits(of: expand)
        }
        context.depthwise = depthwise(middle, weights: weights, in: program)
        (context.project, context.project_bias) = pointwise(unit.convolution, weights: weights, in: program)
        context.limits = limits(of: unit.result)
        if let added = unit.added { context.added = map(of: added, in: program) }
        context.columns = Int32(unit.expand == nil ? sizes[middle].width : block.columns)
        context.rows = Int32(unit.expand == nil ? share(sizes[middle].height, atMost: 4) : block.rows)
        scratch = max(scratch, ck_inverted_scratch(&context))
        program.add(
            inverted: context, graph.nodes[unit.convolution].name, vector.inverted, tasks: Int(ck_inverted_tasks(&context)))
    }

    private func pointwise(
        _ id: Graph.NodeID, weights: [String: Tensor], in program: InferenceProgram
    ) -> (weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        let node = graph.nodes[id]
        let folded = FoldedConvolution(node, epsilon: graph.batchNormEpsilon, in: weights)
        let packed = program.constant(count: folded.weights.count)
        ck_conv1x1_pack(folded.weights, Int32(graph.nodes[node.inputs[0]].channels), Int32(node.channels), packed)
        return (UnsafePointer(packed), UnsafePointer(program.constant(folded.bias)))
    }

    mutating func addSum(_ id: Graph.NodeID, weights: [String: Tensor], zeros: UnsafePointer<Float>, to program: InferenceProgram)
    {
        if let unit = fusion.units[id] {
            if unit.depthwise != nil {
                addInverted(unit, weights: weights, to: program)
            } else {
                addConvolution(unit.convolution, unit: unit, weights: weights, zeros: zeros, to: program)
            }
            return
        }
        let inputs = graph.nodes[id].inputs
        let context = ck_add_maps(
            first: map(of: inputs[0], in: program), second: map(of: inputs[1], in: program), out: map(of: id, in: program),
            limits: limits(of: id))
        program.add(graph.nodes[id].name, ck_add_run, context, tasks: sizes[id].height)
    }
}

extension Graph.Node {
    fileprivate var dilation: Int {
        switch operation {
        case .convolution(_, _, let dilation), .depthwiseConvolution(_, _, let dilation): dilation
        default: 1
        }
    }
}
