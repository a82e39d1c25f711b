import CKernels

extension Trainer {
    /// Logits of `input` with the batch's own statistics; running statistics move by the graph's momentum.
    public func forward() {
        layers.pack(engine)
        for id in 1...layout.logits { forward(id) }
    }

    /// Gradients of all parameters from the gradient that the loss left in place of the logits.
    public func backward() {
        for buffer in layout.cleared { gradients[buffer].clear() }
        for id in (1...layout.logits).reversed() { backward(id) }
    }

    /// First channel and pixel stride of a node's output (or gradient) in its buffer.
    private func output(_ id: Graph.NodeID, in memory: [AlignedBuffer]) -> (start: UnsafeMutablePointer<Float>, stride: Int) {
        let place = layout.places[id]!
        return (memory[place.buffer].start + place.firstChannel, layout.buffers[place.buffer].channels)
    }

    /// What a convolution reads: its input, or the input's own convolution and the batch norm that it still lacks.
    private func source(_ id: Graph.NodeID) -> (
        start: UnsafeMutablePointer<Float>, stride: Int, norm: UnsafePointer<ct_batch_norm>?
    ) {
        guard deferred.contains(id), let layer = layers.convolutions[id] else {
            let (start, stride) = output(id, in: values)
            return (start, stride, nil)
        }
        return (layer.output.start, Int(layer.shape.out), UnsafePointer(layer.norm))
    }

    private func forward(_ id: Graph.NodeID) {
        let node = graph.nodes[id]
        let (x, xStride) = output(node.inputs[0], in: values)
        let (y, yStride) = output(id, in: values)
        switch node.operation {
        case .convolution, .depthwiseConvolution:
            let layer = layers.convolutions[id]!
            let (x, xStride, inputNorm) = source(node.inputs[0])
            var shape = layer.shape
            if layer.isDepthwise {
                ct_depthwise_forward(engine, &shape, inputNorm, x, xStride, layer.packed.start, layer.output.start, layer.norm)
            } else {
                ct_convolution_forward(
                    engine, &shape, inputNorm, x, xStride, layer.packed.start, nil, layer.output.start, Int(shape.out), layer.norm
                )
            }
            ct_batch_norm_forward(engine, layer.norm, layer.output.start, deferred.contains(id) ? nil : y, yStride)
        case .add(let dropConnect):
            let factors = branchFactors(of: id, dropConnect: dropConnect)
            branchFactors[id] = factors
            let (b, bStride) = output(node.inputs[1], in: values)
            withSum(id, factors) { ct_sum_forward(engine, $0, x, xStride, b, bStride, y, yStride) }
        case .biasedConvolution:
            let layer = layers.biasedConvolutions[id]!
            var shape = layer.shape
            ct_convolution_forward(engine, &shape, nil, x, xStride, layer.packed.start, layer.bias.start, y, yStride, nil)
        case .transposedConvolution:
            let classifier = layers.classifier!
            var shape = classifier.shape
            ct_convolution_forward(
                engine, &shape, nil, x, xStride, classifier.packed.start, classifier.bias.start, y, yStride, nil)
        case .averagePool:
            var shape = resampling(id)
            ct_average_pool_forward(engine, &shape, x, xStride, y, yStride)
        case .maxPool:
            var shape = resampling(id)
            ct_max_pool_forward(engine, &shape, x, xStride, y, yStride, layers.chosen[id]!.baseAddress)
        case .resize where id == layout.logits:
            var shape = resampling(id)
            ct_resize_logits_forward(engine, &shape, x, xStride, y)
        case .resize:
            var shape = resampling(id)
            ct_resize_forward(engine, &shape, x, xStride, y, yStride)
        case .input, .concatenate, .crop, .sigmoid:
            break  // in place, or behind the logits
        }
    }

    private func backward(_ id: Graph.NodeID) {
        let node = graph.nodes[id]
        let (x, xStride) = output(node.inputs[0], in: values)
        let (dx, dxStride) = output(node.inputs[0], in: gradients)
        let (dy, dyStride) = output(id, in: gradients)
        let accumulate = layout.accumulating.contains(TrainingLayout.Contribution(node: id, input: 0))
        switch node.operation {
        case .convolution, .depthwiseConvolution: backwardConvolution(id, dy, dyStride, dx, dxStride, accumulate)
        case .add: backwardSum(id, dy, dyStride)
        case .biasedConvolution:
            let layer = layers.biasedConvolutions[id]!
            var shape = layer.shape
            ct_bias_gradient(
                engine, dy, dyStride, shape.batch * shape.height * shape.width, Int32(layer.channels), layer.biasGradients)
            ct_convolution_weight_gradient(engine, &shape, x, xStride, dy, dyStride, layer.expandedGradients.start)
            layer.gatherGradients()
            ct_convolution_data_gradient(engine, &shape, dy, dyStride, layer.packedForGradient.start, dx, dxStride, accumulate)
        case .transposedConvolution:
            let classifier = layers.classifier!
            var shape = classifier.shape
            let pixels = shape.batch * shape.height * shape.width
            ct_transposed_bias_gradient(engine, dy, pixels, Int32(classifier.classes), classifier.biasGradients)
            ct_convolution_weight_gradient(engine, &shape, x, xStride, dy, dyStride, classifier.expandedGradients.start)
            classifier.gatherGradients()
            ct_convolution_data_gradient(
                engine, &shape, dy, dyStride, classifier.packedForGradient.start, dx, dxStride, accumulate)
        case .averagePool:
            var shape = resampling(id)
            ct_average_pool_backward(engine, &shape, dy, dyStride, dx, dxStride, accumulate)
        case .maxPool:
            var shape = resampling(id)
            ct_max_pool_backward(engine, &shape, layers.chosen[id]!.baseAddress, dy, dyStride, dx, dxStride, accumulate)
        case .resize where id == layout.logits:
            var shape = resampling(id)
            ct_resize_logits_backward(engine, &shape, dy, dx, dxStride, accumulate)
        case .resize:
            var shape = resampling(id)
            ct_resize_backward(engine, &shape, dy, dyStride, dx, dxStride, accumulate)
        case .input, .concatenate, .crop, .sigmoid:
            break
        }
    }

    /// Through a convolution's activation, batch norm and weights; dy and dx are the gradients of its output and its input.
    private func backwardConvolution(
        _ id: Graph.NodeID, _ dy: UnsafeMutablePointer<Float>, _ dyStride: Int, _ dx: UnsafeMutablePointer<Float>,
        _ dxStride: Int,
        _ accumulate: Bool
    ) {
        let layer = layers.convolutions[id]!
        let (x, xStride, inputNorm) = source(graph.nodes[id].inputs[0])
        let output = layer.output.start
        var shape = layer.shape
        // The reader of a deferred batch norm has left its sums.
        if !deferred.contains(id) { ct_batch_norm_sums(engine, layer.norm, output, dy, dyStride) }
        if layer.isDepthwise {
            ct_depthwise_backward(
                engine, &shape, layer.norm, inputNorm, x, xStride, output, dy, dyStride, layer.packed.start, inner.start, dx,
                dxStride, accumulate, layer.weightGradients)
        } else {
            ct_convolution_backward(
                engine, &shape, layer.norm, inputNorm, x, xStride, output, dy, dyStride,
                layer.packedForGradient.count > 0 ? layer.packedForGradient.start : nil, inner.start, dx, dxStride, accumulate,
                layer.weightGradients)
        }
    }

    /// Through a sum, to each of its inputs; dy is the gradient of its output.
    private func backwardSum(_ id: Graph.NodeID, _ dy: UnsafeMutablePointer<Float>, _ dyStride: Int) {
        let (y, yStride) = output(id, in: values)
        withSum(id, branchFactors[id]!) { sum in
            for (input, source) in graph.nodes[id].inputs.enumerated() {
                let (dx, dxStride) = output(source, in: gradients)
                let accumulate = layout.accumulating.contains(TrainingLayout.Contribution(node: id, input: input))
                ct_sum_backward(engine, sum, y, yStride, dy, dyStride, input == 0, dx, dxStride, accumulate)
            }
        }
    }

    private func withSum(_ id: Graph.NodeID, _ factors: [Float], _ body: (UnsafePointer<ct_sum>) -> Void) {
        let (node, size) = (graph.nodes[id], sizes[id])
        factors.withUnsafeBufferPointer { factors in
            var sum = ct_sum(
                batch: Int32(batch), channels: Int32(TrainingLayout.padded(node.channels)), pixels: size.height * size.width,
                factors: factors.baseAddress,
                low: node.activation.low, high: node.activation.high)
            body(&sum)
        }
    }

    /// One per image: 0 with the probability `dropConnect`, otherwise what keeps the branch's mean.
    private func branchFactors(of id: Graph.NodeID, dropConnect: Float) -> [Float] {
        guard let stepSeed, dropConnect > 0 else { return [Float](repeating: 1, count: batch) }
        return (0..<batch).map { image in
            var number = SplitMix64(seed: stepSeed)
            number = SplitMix64(seed: number.next() &+ UInt64(id))
            number = SplitMix64(seed: number.next() &+ UInt64(image))
            let share = Float(number.next() >> 40) / Float(1 << 24)
            return share < dropConnect ? 0 : 1 / (1 - dropConnect)
        }
    }

    private func resampling(_ id: Graph.NodeID) -> ct_resampling {
        let (from, to) = (sizes[graph.nodes[id].inputs[0]], sizes[id])
        return ct_resampling(
            batch: Int32(batch), height: Int32(from.height), width: Int32(from.width), out_height: Int32(to.height),
            out_width: Int32(to.width),
            channels: Int32(graph.nodes[id].channels))
    }
}
