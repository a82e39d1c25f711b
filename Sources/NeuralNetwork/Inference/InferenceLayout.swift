/// Where every node's output lies: which buffer, at which channel, with which border; and how long a buffer is needed.
///
/// Concatenation costs nothing: inputs of a concatenation write their slice of its buffer. Pooling behind
/// convolutions is computed by them where they can.
struct InferenceLayout {
    struct Buffer {
        let size: Graph.Size
        let channels: Int
        /// Zero pixels around the map, for kernels that read past its edge.
        var border = 0
        var firstUse = Int.max
        var lastUse = -1
        /// Floats from the start of the arena; buffers with a border are never shared, their zeros must stay.
        var offset = 0

        var rowStride: Int { (size.width + 2 * border) * channels }
        var count: Int { (rowStride * (size.height + 2 * border) + 15) / 16 * 16 }
    }

    struct Place: Equatable {
        let buffer: Int
        let channel: Int
    }

    private(set) var buffers: [Buffer] = []
    private(set) var places: [Place?]
    /// Convolutions that also compute the pooling behind them.
    private(set) var pooled: Set<Graph.NodeID> = []
    /// Nodes that need no step: concatenations, and pools computed by their convolutions.
    private(set) var skipped: Set<Graph.NodeID> = []
    /// Concatenation inputs that lie elsewhere already.
    private(set) var copies: [(from: Graph.NodeID, to: Place)] = []
    private(set) var arenaCount = 0
    private let graph: Graph
    private let sizes: [Graph.Size]
    private let fusion: InferenceFusion

    /// - Parameters:
    ///   - fusion: what is computed together; nodes inside of a step have no place.
    ///   - canPool: whether a convolution's kernel can pool as well.
    ///   - border: zero pixels that a node's kernel needs around its input.
    init(
        _ graph: Graph, sizes: [Graph.Size], fusion: InferenceFusion, observed: Set<String>, canPool: (Graph.NodeID) -> Bool,
        border: (Graph.NodeID) -> Int
    ) {
        self.graph = graph
        self.sizes = sizes
        self.fusion = fusion
        places = Array(repeating: nil, count: graph.nodes.count)
        let consumers = graph.consumers
        skipped = fusion.absorbed
        for id in graph.nodes.indices.reversed() { place(id, consumers: consumers, observed: observed, canPool: canPool) }
        for id in graph.nodes.indices { use(id, border: border) }
        for id in graph.nodes.indices where observed.contains(graph.nodes[id].name) {
            if let place = places[id] { buffers[place.buffer].lastUse = graph.nodes.count }
        }
        assignOffsets()
    }

    private mutating func newBuffer(for id: Graph.NodeID) -> Place {
        buffers.append(Buffer(size: sizes[id], channels: graph.nodes[id].channels))
        return Place(buffer: buffers.count - 1, channel: 0)
    }

    private mutating func place(
        _ id: Graph.NodeID, consumers: [[Graph.NodeID]], observed: Set<String>, canPool: (Graph.NodeID) -> Bool
    ) {
        let node = graph.nodes[id]
        if fusion.absorbed.contains(id) { return }
        switch node.operation {
        case .transposedConvolution, .crop, .sigmoid:
            return
        case .resize where id == graph.output:
            return  // the result's memory is the caller's
        case .input, .convolution, .biasedConvolution, .maxPool, .depthwiseConvolution, .add, .resize:
            if places[id] == nil { places[id] = newBuffer(for: id) }
        case .averagePool:
            let own = places[id] ?? newBuffer(for: id)
            places[id] = own
            let input = node.inputs[0]
            let branches = graph.nodes[input].operation == .concatenate ? graph.nodes[input].inputs : [input]
            let hidden = Set([input] + branches)
            let isOurs = hidden.allSatisfy { consumers[$0].count == 1 && !observed.contains(graph.nodes[$0].name) }
            guard isOurs, Set(branches).count == branches.count, branches.allSatisfy(canPool) else { return }
            skipped.insert(id)
            if input != branches[0] { skipped.insert(input) }
            var channel = own.channel
            for branch in branches {
                pooled.insert(branch)
                places[branch] = Place(buffer: own.buffer, channel: channel)
                channel += graph.nodes[branch].channels
            }
        case .concatenate:
            if skipped.contains(id) { return }
            skipped.insert(id)
            let own = places[id] ?? newBuffer(for: id)
            places[id] = own
            var channel = own.channel
            for input in node.inputs {
                let slice = Place(buffer: own.buffer, channel: channel)
                channel += graph.nodes[input].channels
                if places[input] == nil, input != Graph.inputNode { places[input] = slice } else { copies.append((input, slice)) }
            }
        }
    }

    private mutating func use(_ id: Graph.NodeID, border: (Graph.NodeID) -> Int) {
        func touch(_ place: Place?, _ buffers: inout [Buffer]) {
            guard let place else { return }
            buffers[place.buffer].firstUse = min(buffers[place.buffer].firstUse, id)
            buffers[place.buffer].lastUse = max(buffers[place.buffer].lastUse, id)
        }
        if fusion.absorbed.contains(id) { return }
        touch(places[id], &buffers)
        for input in fusion.inputs(of: id) {
            touch(places[input], &buffers)
            if let place = places[input] { buffers[place.buffer].border = max(buffers[place.buffer].border, border(id)) }
        }
    }

    /// First fit, large buffers first: two buffers overlap only if their lives do not.
    private mutating func assignOffsets() {
        var placed: [Int] = []
        for index in buffers.indices.sorted(by: { buffers[$0].count > buffers[$1].count }) {
            let buffer = buffers[index]
            var offset = 0
            let rivals = placed.filter {
                let other = buffers[$0]
                return buffer.border > 0 || other.border > 0
                    || (other.firstUse <= buffer.lastUse && buffer.firstUse <= other.lastUse)
            }
            for rival in rivals.map({ buffers[$0] }).sorted(by: { $0.offset < $1.offset })
            where offset + buffer.count > rival.offset {
                offset = max(offset, rival.offset + rival.count)
            }
            buffers[index].offset = offset
            arenaCount = max(arenaCount, offset + buffer.count)
            placed.append(index)
        }
    }
}
