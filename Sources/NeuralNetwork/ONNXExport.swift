import Files
import SwiftProtobuf

/// A network with its weights as an ONNX model, for other runtimes.
///
/// Batch norms are folded into the convolutions, which every runtime does itself when it loads a model. The batch is one
/// and the size is fixed, so that runtimes can plan their memory.
public enum ONNXExport {
    static let irVersion: Int64 = 8
    static let operatorSet: Int64 = 13

    /// The bytes of the ONNX file. Input: `input` (1, channels, H, W); output: named like the graph's last node.
    ///
    /// - Parameters:
    ///   - tensors: checked against the graph; every parameter is there in its shape.
    ///   - metadata: goes into the model's `metadata_props`.
    /// - Throws: where folding a batch norm leaves float32's range.
    public static func encode(
        _ graph: Graph, tensors: [String: Tensor], input: Graph.Size, name: String, metadata: [String: String] = [:]
    ) throws(NetworkError) -> [UInt8] {
        let model = try model(graph, tensors: tensors, input: input, name: name, metadata: metadata)
        do {
            return try model.serializedBytes()
        } catch {
            throw NetworkError("Cannot encode \(name) as ONNX: \(error).")
        }
    }

    /// Writes the ONNX file under a temporary name in the same folder, syncs it and gives it its name.
    public static func write(
        _ graph: Graph, tensors: [String: Tensor], input: Graph.Size, name: String, metadata: [String: String] = [:],
        to path: String
    ) throws(NetworkError) {
        try WholeFile.write(encode(graph, tensors: tensors, input: input, name: name, metadata: metadata), to: path)
    }

    private static func model(
        _ graph: Graph, tensors: [String: Tensor], input: Graph.Size, name: String, metadata: [String: String]
    ) throws(NetworkError) -> ONNXModelProto {
        var builder = ONNXGraphBuilder(graph, tensors: tensors, input: input)
        for id in graph.nodes.indices { try builder.add(id) }
        var model = ONNXModelProto()
        model.irVersion = irVersion
        model.producerName = "camber"
        model.opsetImport = [.with { $0.version = operatorSet }]
        model.graph = builder.finish(name: name)
        model.metadataProps = metadata.sorted { $0.key < $1.key }.map { entry in
            .with {
                $0.key = entry.key
                $0.value = entry.value
            }
        }
        return model
    }
}
