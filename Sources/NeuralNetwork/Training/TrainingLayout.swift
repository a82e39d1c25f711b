/// Where each node's output lies, and how its gradient comes together.
///
/// Concatenation costs nothing: a node that is concatenated writes its channels into the concatenation's buffer, dense
/// blocks into the buffer of the whole block.
struct TrainingLayout {
    /// Channels of a buffer that one node's output fills.
    struct Place: Equatable {
        let buffer: Int
        let firstChannel: Int
        let channels: Int

        var range: Range<Int> { firstChannel..<firstChannel + channels }
    }

    /// One per node; nil for what stands behind the logits.
    private(set) var places: [Place?]
    /// Size and channels of every buffer.
    private(set) var buffers: [(size: Graph.Size, channels: Int)] = []
    /// The transposed convolution, or the resize to the input's size, whose output the losses read.
    let logits: Graph.NodeID
    /// Buffers whose gradient has to start from zero, because its first contribution does not cover what a later one adds to.
    private(set) var cleared: Set<Int> = []
    /// Where a node adds to its input's gradient instead of writing it.
    private(set) var accumulating: Set<Contribution> = []

    /// What a node gives to the gradient of one of its inputs.
    struct Contribution: Hashable {
        let node: Graph.NodeID
        /// Place of the input among the node's inputs.
        let input: Int
    }

    init(_ graph: Graph, sizes: [Graph.Size]) throws(NetworkError) {
        places = Array(repeating: nil, count: graph.nodes.count)
        logits = try Self.findLogits(graph)
        // As the loss reads them: one pixel for 4×4 of the labels', those as channels.
        let labels = sizes[graph.output]
        let cells = Graph.Size(height: (labels.height + 3) / 4, width: (labels.width + 3) / 4)
        places[logits] = newBuffer(cells, channels: 16 * graph.nodes[logits].channels)
        for id in (0..<logits).reversed() { try place(id, in: graph, size: sizes[id]) }
        findContributions(graph)
    }

    private static func findLogits(_ graph: Graph) throws(NetworkError) -> Graph.NodeID {
        var id = graph.output
        while [.crop, .sigmoid].contains(graph.nodes[id].operation) { id = graph.nodes[id].inputs[0] }
        let isResize = id == graph.output && graph.nodes[id].operation == .resize && graph.nodes[id].inputs[1] == Graph.inputNode
        guard isResize || graph.nodes[id].operation == .transposedConvolution else {
            throw NetworkError(
                "Cannot train a network that ends in \(graph.nodes[id].name): the losses read a transposed convolution, or a resize "
                    + "to the input's size.")
        }
        for node in graph.nodes[..<id]
        where node.operation == .transposedConvolution || node.operation == .crop || node.operation == .sigmoid {
            throw NetworkError(
                "Cannot train through \(node.name): transposed convolution, crop and sigmoid stand at the end only.")
        }
        for (number, node) in graph.nodes.enumerated() where number > 0 && number < id && node.channels % 8 != 0 {
            guard !mayBePadded(number, in: graph, end: id) else { continue }
            throw NetworkError("Cannot train \(node.name): it has \(node.channels) channels, not a multiple of 8.")
        }
        return id
    }

    /// Whether a node may have channels of no meaning behind its own: only sums and the end read it.
    private static func mayBePadded(_ id: Graph.NodeID, in graph: Graph, end: Graph.NodeID) -> Bool {
        func isSum(_ id: Graph.NodeID) -> Bool { if case .add = graph.nodes[id].operation { true } else { false } }
        let isBiased = if case .biasedConvolution = graph.nodes[id].operation { true } else { false }
        guard isBiased || isSum(id) else { return false }
        return graph.consumers[id].allSatisfy { isSum($0) || ($0 == end && graph.nodes[end].operation == .resize) }
    }

    /// Channels rounded up to what the kernels compute at once.
    static func padded(_ channels: Int) -> Int { (channels + 7) / 8 * 8 }

    private mutating func place(_ id: Graph.NodeID, in graph: Graph, size: Graph.Size) throws(NetworkError) {
        let node = graph.nodes[id]
        let channels = id == Graph.inputNode ? node.channels : Self.padded(node.channels)
        let place = places[id] ?? newBuffer(size, channels: channels)
        places[id] = place
        guard node.operation == .concatenate else { return }
        var first = place.firstChannel
        for input in node.inputs {
            guard places[input] == nil else {
                throw NetworkError(
                    "Cannot train \(node.name): its input \(graph.nodes[input].name) already belongs to another concatenation.")
            }
            places[input] = Place(buffer: place.buffer, firstChannel: first, channels: graph.nodes[input].channels)
            first += graph.nodes[input].channels
        }
    }

    private mutating func newBuffer(_ size: Graph.Size, channels: Int) -> Place {
        buffers.append((size, channels))
        return Place(buffer: buffers.count - 1, firstChannel: 0, channels: channels)
    }

    /// Walks backwards as the backward pass does, and notes which channels of each buffer's gradient are there already.
    private mutating func findContributions(_ graph: Graph) {
        var known = buffers.map { [Bool](repeating: false, count: $0.channels) }
        for id in (1...logits).reversed() {
            guard let own = places[id], graph.nodes[id].operation != .concatenate else { continue }
            if id != logits, !known[own.buffer][own.range].allSatisfy({ $0 }) { cleared.insert(own.buffer) }
            for (contribution, input) in contributions(of: id, in: graph) {
                let before = known[input.buffer][input.range]
                if before.allSatisfy({ $0 }) {
                    accumulating.insert(contribution)
                } else if before.contains(true) {
                    cleared.insert(input.buffer)
                }
                for channel in input.range { known[input.buffer][channel] = true }
            }
        }
        for id in 1...logits {
            for (contribution, input) in contributions(of: id, in: graph) where cleared.contains(input.buffer) {
                accumulating.insert(contribution)
            }
        }
    }

    /// The gradients that a node's backward pass makes, in its order.
    private func contributions(of id: Graph.NodeID, in graph: Graph) -> [(Contribution, Place)] {
        let inputs = graph.nodes[id].inputs
        let count =
            switch graph.nodes[id].operation {
            case .input, .concatenate: 0
            case .add: inputs.count
            // The second input of a resize and of a crop only says how large the result is.
            case .convolution, .biasedConvolution, .depthwiseConvolution, .averagePool, .maxPool, .resize, .transposedConvolution,
                .crop, .sigmoid:
                1
            }
        return (0..<count).compactMap { input in places[inputs[input]].map { (Contribution(node: id, input: input), $0) } }
    }

    /// Whether nobody asks for a buffer's gradient: it holds the network's input, and only convolutions read that.
    func hasNoGradient(_ buffer: Int, in graph: Graph) -> Bool {
        let nodes = places.indices.filter { places[$0]?.buffer == buffer }
        guard nodes == [Graph.inputNode] else { return false }
        return graph.nodes.indices.allSatisfy { id in
            if case .convolution = graph.nodes[id].operation { return true }
            return contributions(of: id, in: graph).allSatisfy { $0.1.buffer != buffer }
        }
    }
}
