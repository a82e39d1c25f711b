import Files

/// A network with its weights as an ONNX model, for other runtimes.
///
/// Batch norms are folded into the convolutions, which every runtime does itself when it loads a model. The batch is one
/// and the size is fixed, so that runtimes can plan their memory.
public enum ONNXExport {
    static let irVersion = 8
    static let operatorSet = 13

    /// The bytes of the ONNX file. Input: `input` (1, channels, H, W); output: named like the graph's last node.
    ///
    /// - Parameters:
    ///   - tensors: checked against the graph; every parameter is there in its shape.
    ///   - metadata: goes into the model's `metadata_props`.
    /// - Throws: where folding a batch norm leaves float32's range, or there is too little memory.
    public static func encode(
        _ graph: Graph, tensors: [String: Tensor], input: Graph.Size, name: String, metadata: [String: String] = [:]
    ) throws(NetworkError) -> [UInt8] {
        // Messages lie in messages, each with a copy of what is in it.
        let weights = graph.parameters.reduce(0) { $0 + $1.count }
        try SystemMemory.check(
            SystemMemory.bytes(floats: 4, weights), for: "the ONNX file", remedy: "Export on a machine that has more.")
        var builder = ONNXGraphBuilder(graph, tensors: tensors, input: input)
        for id in graph.nodes.indices { try builder.add(id) }
        var (operators, model) = (ProtobufMessage(), ProtobufMessage())
        operators.add(2, operatorSet)
        model.add(1, irVersion)
        model.add(2, "camber")
        model.add(7, builder.finish(name: name))
        model.add(8, operators)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            var entry = ProtobufMessage()
            entry.add(1, key)
            entry.add(2, value)
            model.add(14, entry)
        }
        return model.bytes
    }

    /// Writes the ONNX file under a temporary name in the same folder, syncs it and gives it its name.
    public static func write(
        _ graph: Graph, tensors: [String: Tensor], input: Graph.Size, name: String, metadata: [String: String] = [:],
        to path: String
    ) throws(NetworkError) {
        try WholeFile.write(encode(graph, tensors: tensors, input: input, name: name, metadata: metadata), to: path)
    }
}
