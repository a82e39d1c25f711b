import CKernels

/// Turns a graph at one size into the steps of an `InferenceProgram`.
struct InferenceCompiler {
    /// Winograd tiles a task: few, so that the transformed data stays near; a multiple of the micro-kernels' 6 or 12 rows.
    static let tilesPerTask = 12

    let graph: Graph
    let sizes: [Graph.Size]
    let kernels: Kernels
    let threads: Int
    let observed: Set<String>
    let fusion: InferenceFusion
    let layout: InferenceLayout
    /// The transposed convolution, or the resize to the input's size, at the graph's end; and the sigmoid behind it.
    let classify: Graph.NodeID
    let sigmoid: Graph.NodeID?
    /// What a plan takes, with the caller's scores and without the workers' scratch. Units: bytes.
    let neededMemory: Int
    var scratch = 0

    /// - Throws: where the graph ends neither in a transposed convolution, a crop to the input and perhaps a sigmoid, nor in a resize
    ///   to the input.
    init(
        _ graph: Graph, size: Graph.Size, kernels: Kernels, threads: Int, observed: Set<String>
    ) throws(NetworkError) {
        if Self.endsInResize(graph) {
            (classify, sigmoid) = (graph.output, nil)
        } else {
            (classify, sigmoid) = try Self.transposedEnd(of: graph)
        }
        let sizes = graph.sizes(input: size)
        (self.graph, self.sizes, self.kernels, self.threads, self.observed) = (graph, sizes, kernels, threads, observed)
        let method = { (id: Graph.NodeID) in ConvolutionMethod(of: id, in: graph, size: sizes[id], kernels: kernels) }
        fusion = Self.fusion(of: graph, sizes: sizes, kernels: kernels, threads: threads, observed: observed, method: method)
        layout = InferenceLayout(
            graph, sizes: sizes, fusion: fusion, observed: observed, canPool: { method($0)?.canPool ?? false },
            border: { method($0)?.border ?? 0 })
        // Portable kernels write scores of their own, too.
        let planes = graph.outputChannels * size.height * size.width * (kernels == .portable ? 2 : 1)
        let weights = graph.nodes.indices.reduce(0) { $0 + Self.packedCount(of: $1, in: graph, method: method($1), kernels) }
        neededMemory = SystemMemory.bytes(floats: layout.arenaCount + planes + weights)
        try SystemMemory.check(
            neededMemory, for: "a network that sees \(size.width)×\(size.height) pixels",
            remedy: "Choose a smaller size or another network.")
    }

    /// Floats that a node's weights take once they are packed.
    private static func packedCount(
        of id: Graph.NodeID, in graph: Graph, method: ConvolutionMethod?, _ kernels: Kernels
    ) -> Int {
        let expansion =
            switch graph.nodes[id].operation {
            // 36 points of 16 phases for 64 weights.
            case .transposedConvolution where kernels != .portable: 9
            default: method?.expansion ?? 1
            }
        return graph.parameters(of: id).filter { $0.role == .weight }.reduce(0) { $0 + $1.count * expansion }
    }

    private static func endsInResize(_ graph: Graph) -> Bool {
        graph.nodes[graph.output].operation == .resize && graph.nodes[graph.output].inputs[1] == Graph.inputNode
            && !graph.nodes.contains { [.transposedConvolution, .crop, .sigmoid].contains($0.operation) }
    }

    private static func transposedEnd(
        of graph: Graph
    ) throws(NetworkError) -> (classify: Graph.NodeID, sigmoid: Graph.NodeID?) {
        var last = graph.output
        if graph.nodes[last].operation == .sigmoid { last = graph.nodes[last].inputs[0] }
        let isSupported =
            graph.nodes[last].operation == .crop && graph.nodes[last].inputs[1] == Graph.inputNode
            && graph.nodes[graph.nodes[last].inputs[0]].operation == .transposedConvolution
            && graph.nodes.filter { [.transposedConvolution, .crop, .sigmoid].contains($0.operation) }.count
                == (last == graph.output ? 2 : 3)
        guard isSupported else {
            throw NetworkError(
                "Cannot compile this graph for inference: it must end in its only transposed convolution, a crop to the input's "
                    + "size and perhaps a sigmoid, or in a resize to the input's size.")
        }
        return (graph.nodes[last].inputs[0], last == graph.output ? nil : graph.output)
    }

    mutating func compile(weights: [String: Tensor], input: InferencePlan.Input) -> InferenceProgram {
        let program = InferenceProgram(arena: AlignedBuffer(count: layout.arenaCount), threads: threads)
        let widest = graph.nodes.map(\.channels).max()!
        let zeros = program.constant(count: widest)
        for (id, node) in graph.nodes.enumerated() {
            if !layout.skipped.contains(id) {
                switch node.operation {
                case .input: addInput(input, to: program)
                case .biasedConvolution: addConvolution(id, weights: weights, zeros: zeros, to: program)
                case .convolution:
                    if let unit = fusion.units[id], unit.depthwise != nil {
                        addInverted(unit, weights: weights, to: program)
                    } else {
                        addConvolution(id, weights: weights, zeros: zeros, to: program)
                    }
                case .averagePool: addPair(id, ck_average_pool_run, to: program)
                case .maxPool: addPair(id, ck_max_pool_run, to: program)
                case .resize where id == classify: addResizedClasses(to: program)
                case .resize: addPair(id, ck_resize_run, to: program)
                case .transposedConvolution: addClassify(weights: weights, zeros: zeros, to: program)
                case .sigmoid: addSigmoid(to: program)
                case .depthwiseConvolution: addDepthwise(id, weights: weights, to: program)
                case .add: addSum(id, weights: weights, zeros: zeros, to: program)
                case .concatenate, .crop: break
                }
            }
            for copy in layout.copies where copy.from == id {
                let pair = ck_pair(in: map(of: id, in: program), out: map(at: copy.to, like: id, in: program))
                program.add(node.name + " copy", ck_copy_run, pair, tasks: sizes[id].height)
            }
            if observed.contains(node.name) { program.observe(node.name, map(of: id, in: program)) }
        }
        if sigmoid == nil { addSoftmax(to: program) }
        program.finish(scratchPerWorker: scratch)
        return program
    }

    // MARK: Maps

    func map(of id: Graph.NodeID, in program: InferenceProgram) -> ck_map {
        guard let place = layout.places[id] else { preconditionFailure("\(graph.nodes[id].name) has no place") }
        return map(at: place, like: id, in: program)
    }

    private func map(at place: InferenceLayout.Place, like id: Graph.NodeID, in program: InferenceProgram) -> ck_map {
        let buffer = layout.buffers[place.buffer]
        let origin = buffer.offset + buffer.border * (buffer.rowStride + buffer.channels) + place.channel
        return ck_map(
            data: program.arena.start + origin, height: Int32(buffer.size.height), width: Int32(buffer.size.width),
            channels: Int32(graph.nodes[id].channels), row: buffer.rowStride, pixel: buffer.channels)
    }

    // MARK: Steps

    private func addInput(_ input: InferencePlan.Input, to program: InferenceProgram) {
        let out = map(of: Graph.inputNode, in: program)
        switch input {
        case .planes:
            program.add(interleave: ck_interleave(planes: nil, out: out))
        case .rgb(let mean, let deviation):
            precondition(graph.inputChannels == 3, "a picture has 3 channels, the network takes \(graph.inputChannels)")
            let scale = deviation.map { 1 / (255 * $0) }
            let offset = zip(mean, deviation).map { -$0 / $1 }
            program.add(
                normalize: ck_normalize(
                    rgb: nil, row_bytes: 0, out: out, scale: (scale[0], scale[1], scale[2]),
                    offset: (offset[0], offset[1], offset[2])))
        }
    }

    private func addPair(_ id: Graph.NodeID, _ run: @escaping ck_task, to program: InferenceProgram) {
        let pair = ck_pair(in: map(of: graph.nodes[id].inputs[0], in: program), out: map(of: id, in: program))
        program.add(graph.nodes[id].name, run, pair, tasks: Int(pair.out.height))
    }

    /// - Parameter unit: the convolution with the sum behind it, where one step computes both.
    mutating func addConvolution(
        _ id: Graph.NodeID, unit: InferenceFusion.Unit? = nil, weights: [String: Tensor], zeros: UnsafePointer<Float>,
        to program: InferenceProgram
    ) {
        let node = graph.nodes[id]
        let result = unit?.result ?? id
        guard let (kernel, stride, dilation) = node.convolution,
            let method = ConvolutionMethod(of: id, in: graph, size: sizes[id], kernels: kernels)
        else { preconditionFailure("\(node.name) is no convolution") }
        let folded = FoldedConvolution(node, epsilon: graph.batchNormEpsilon, in: weights)
        let packed = program.constant(count: folded.weights.count * method.expansion)
        var context = ck_conv(
            in: map(of: node.inputs[0], in: program), out: map(of: result, in: program), limits: limits(of: result),
            added: unit?.added.map { map(of: $0, in: program) } ?? ck_map(), weights: packed,
            bias: program.constant(folded.bias), kernel: Int32(kernel), stride: Int32(stride), dilation: Int32(dilation),
            pool: layout.pooled.contains(id), conv_height: Int32(sizes[id].height), conv_width: Int32(sizes[id].width), block: 1,
            tiles: nil, tile_count: 0, tile: 0, zeros: zeros, scratch: nil, scratch_stride: 0)
        let inChannels = context.in.channels
        let outChannels = context.out.channels
        switch (method, kernels.vector) {
        case (.pointwise, let vector?):
            ck_conv1x1_pack(folded.weights, inChannels, outChannels, packed)
            context.block = Int32(share(sizes[id].height * sizes[id].width, atMost: 84, multipleOf: 12))
            scratch = max(scratch, ck_conv1x1_scratch(&context))
            program.add(convolution: context, node.name, vector.conv1x1, tasks: Int(ck_conv1x1_tasks(&context)))
        case (.direct, let vector?):
            ck_conv_direct_pack(folded.weights, inChannels, outChannels, Int32(kernel), packed)
            context.block = Int32(share(sizes[id].height, atMost: 4))
            program.add(convolution: context, node.name, vector.conv_direct, tasks: Int(ck_conv_direct_tasks(&context)))
        case (.winograd(let tile, _), let vector?):
            ck_winograd_pack(folded.weights, inChannels, outChannels, Int32(tile), packed)
            let count = ck_winograd_tiles(context.conv_height, context.conv_width, context.dilation, Int32(tile), nil)
            // Coordinates fit a float buffer's memory bit by bit: two 32-bit integers a tile.
            let tiles = UnsafeMutableRawPointer(program.constant(count: 2 * Int(count))).assumingMemoryBound(to: Int32.self)
            ck_winograd_tiles(context.conv_height, context.conv_width, context.dilation, Int32(tile), tiles)
            (context.tiles, context.tile_count, context.tile) = (UnsafePointer(tiles), count, Int32(tile))
            // Where weights are many, more tiles share what is read of them.
            context.block = Int32(share(Int(count), atMost: inChannels > 64 ? 2 * Self.tilesPerTask : Self.tilesPerTask))
            scratch = max(scratch, ck_winograd_scratch(&context))
            program.add(convolution: context, node.name, vector.winograd, tasks: Int(ck_winograd_tasks(&context)))
        case (.portable, _), (_, nil):
            ck_conv_portable_pack(folded.weights, inChannels, outChannels, Int32(kernel), packed)
            context.block = Int32(share(sizes[id].height, atMost: 8))
            scratch = max(scratch, ck_conv_portable_scratch(&context))
            program.add(convolution: context, node.name, ck_conv_portable_run, tasks: Int(ck_conv_portable_tasks(&context)))
        }
    }

    func limits(of id: Graph.NodeID) -> ck_limits {
        ck_limits(low: graph.nodes[id].activation.low, high: graph.nodes[id].activation.high)
    }

    private mutating func addClassify(weights: [String: Tensor], zeros: UnsafePointer<Float>, to program: InferenceProgram) {
        let node = graph.nodes[classify]
        let values = weights[node.name + ".weight"]!.values
        let input = map(of: node.inputs[0], in: program)
        var context = ck_classify(
            in: input, classes: Int32(node.channels), height: Int32(sizes[0].height), width: Int32(sizes[0].width), weights: nil,
            bias: program.constant(weights[node.name + ".bias"]!.values), class_map: nil, top_probability: nil, scores: nil,
            block: 1,
            zeros: zeros, scratch: nil, scratch_stride: 0)
        if let vector = kernels.vector, input.channels % 8 == 0 {
            let packed = program.constant(count: ck_classify_packed_size(input.channels, context.classes))
            ck_classify_pack(values, input.channels, context.classes, packed)
            context.weights = UnsafePointer(packed)
            let tiles = Int(ck_classify_tasks(&context))  // with blocks of one
            context.block = Int32(share(tiles, atMost: Self.tilesPerTask))
            scratch = max(scratch, ck_classify_scratch(&context))
            program.add(classify: context, node.name, vector.classify, tasks: Int(ck_classify_tasks(&context)))
            return
        }
        context.weights = UnsafePointer(program.constant(values))
        scratch = max(scratch, ck_classify_portable_scratch(&context))
        program.ownPlanes = program.constant(count: node.channels * sizes[0].height * sizes[0].width)
        program.add(classify: context, node.name, ck_classify_portable_run, tasks: node.channels)
        program.add(classify: context, "top class", ck_top_class_run, tasks: sizes[0].height)
    }

    /// The end of a network whose scores are resized to the input.
    private mutating func addResizedClasses(to program: InferenceProgram) {
        let node = graph.nodes[classify]
        var context = ck_classify()
        context.in = map(of: node.inputs[0], in: program)
        (context.classes, context.height, context.width) = (
            Int32(node.channels), Int32(sizes[0].height), Int32(sizes[0].width)
        )
        scratch = max(scratch, ck_classify_resized_scratch(&context))
        program.add(classify: context, node.name, ck_classify_resized_run, tasks: sizes[0].height)
    }

    private func addSigmoid(to program: InferenceProgram) {
        let plane = ck_map(
            data: nil, height: Int32(sizes[0].height), width: Int32(sizes[0].width), channels: 1, row: sizes[0].width, pixel: 1)
        precondition(graph.outputChannels == 1, "a sigmoid over several planes is not supported")
        program.add(sigmoid: ck_pair(in: plane, out: plane), graph.nodes[sigmoid!].name)
    }

    private func addSoftmax(to program: InferenceProgram) {
        program.add(
            softmax: ck_softmax(
                values: nil, classes: Int32(graph.outputChannels), count: sizes[0].height * sizes[0].width, block: 4096),
            graph.outputChannels <= 256 ? kernels.vector?.softmax ?? ck_softmax_run : ck_softmax_run)
    }

    /// Work items a task: at most `most`, with the number of tasks a multiple of the threads where that is possible.
    func share(_ items: Int, atMost most: Int, multipleOf unit: Int = 1) -> Int {
        var tasks = (items + most - 1) / most
        tasks = (tasks + threads - 1) / threads * threads
        let share = max(1, (items + tasks - 1) / tasks)
        return min(most, (share + unit - 1) / unit * unit)
    }
}
