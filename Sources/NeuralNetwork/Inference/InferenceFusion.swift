/// Which nodes are computed together, so that what lies between them never leaves the cache.
///
/// A sum is added by the 1×1 convolution that makes one of its inputs; a depthwise convolution and the 1×1 convolution behind it
/// (with its sum) are one step, and the 1×1 convolution before them belongs to it where few of its outputs are made twice.
struct InferenceFusion {
    /// One step for several nodes, the last of which is its result.
    struct Unit: Equatable {
        var expand: Graph.NodeID?
        var depthwise: Graph.NodeID?
        let convolution: Graph.NodeID
        var sum: Graph.NodeID?
        /// The sum's input that the convolution does not make.
        var added: Graph.NodeID?

        var result: Graph.NodeID { sum ?? convolution }
        var first: Graph.NodeID { expand ?? depthwise ?? convolution }
    }

    /// Units of more than one node, by their result.
    private(set) var units: [Graph.NodeID: Unit] = [:]
    /// Nodes that are part of another node's step.
    private(set) var absorbed: Set<Graph.NodeID> = []
    private let graph: Graph
    private let observed: Set<String>
    private let consumers: [[Graph.NodeID]]

    /// - Parameters:
    ///   - isPointwise: whether a node is a convolution that the fast 1×1 kernel computes.
    ///   - isDepthwise: whether a node is a convolution that the fast depthwise kernel computes.
    ///   - absorbsExpansion: whether a depthwise convolution's step may make its input as well.
    init(
        _ graph: Graph, observed: Set<String>, isPointwise: (Graph.NodeID) -> Bool, isDepthwise: (Graph.NodeID) -> Bool,
        absorbsExpansion: (Graph.NodeID) -> Bool
    ) {
        self.graph = graph
        self.observed = observed
        consumers = graph.consumers
        for id in graph.nodes.indices where isPointwise(id) {
            var unit = Unit(convolution: id)
            if let sum = onlyConsumer(of: id), case .add = graph.nodes[sum].operation, graph.nodes[id].activation == .none,
                let added = graph.nodes[sum].inputs.first(where: { $0 != id }), units[sum] == nil
            {
                // Of two convolutions that could add the other's result, the first does.
                (unit.sum, unit.added) = (sum, added)
            }
            let input = graph.nodes[id].inputs[0]
            if isDepthwise(input), onlyConsumer(of: input) == id {
                unit.depthwise = input
                let source = graph.nodes[input].inputs[0]
                if isPointwise(source), onlyConsumer(of: source) == input, units[source] == nil, absorbsExpansion(input) {
                    unit.expand = source
                }
            }
            guard unit.first != unit.result else { continue }
            units[unit.result] = unit
            absorbed.formUnion([unit.expand, unit.depthwise, unit.convolution].compactMap { $0 })
            absorbed.remove(unit.result)
        }
    }

    /// No fusion: every node is a step of its own.
    init(nothingOf graph: Graph) {
        self.graph = graph
        observed = []
        consumers = []
    }

    /// What a node's step reads.
    func inputs(of id: Graph.NodeID) -> [Graph.NodeID] {
        guard let unit = units[id] else { return graph.nodes[id].inputs }
        return [graph.nodes[unit.first].inputs[0]] + [unit.added].compactMap { $0 }
    }

    private func onlyConsumer(of id: Graph.NodeID) -> Graph.NodeID? {
        consumers[id].count == 1 && !observed.contains(graph.nodes[id].name) ? consumers[id][0] : nil
    }
}

extension Graph {
    /// The nodes that read each node, once for each time they do.
    var consumers: [[NodeID]] {
        var consumers = Array(repeating: [NodeID](), count: nodes.count)
        for (id, node) in nodes.enumerated() { for input in node.inputs { consumers[input].append(id) } }
        return consumers
    }
}
