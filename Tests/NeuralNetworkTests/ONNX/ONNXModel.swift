/// What the tests look at in an ONNX file, by the field numbers of `onnx.proto`.
struct ONNXModel {
    struct Graph {
        var nodes: [Node]
        var initializers: [Tensor]
        var inputs: [Value]
        var outputs: [Value]
    }

    struct Node {
        var inputs: [String]
        var outputs: [String]
        var name: String
        var opType: String
        var attributes: [Attribute]
    }

    struct Attribute {
        var name: String
        var number: Int64?
        var numbers: [Int64]
    }

    struct Tensor {
        static let int64: Int64 = 7
        static let float: Int64 = 1

        var dims: [Int64]
        var dataType: Int64?
        var name: String
        var rawBytes: Int
    }

    struct Value {
        var name: String
        var shape: [Int64]
    }

    var irVersion: Int64
    var graph: Graph
    var opsets: [Int64]
    var metadata: [(key: String, value: String)]

    init(_ bytes: [UInt8]) throws {
        let model = try ProtobufReader(bytes)
        irVersion = model.number(1) ?? 0
        graph = try Graph(model.message(7))
        opsets = try model.messages(8).compactMap { $0.number(2) }
        metadata = try model.messages(14).map { ($0.text(1), $0.text(2)) }
    }
}

extension ONNXModel.Graph {
    init(_ graph: ProtobufReader) throws {
        nodes = try graph.messages(1).map { try .init($0) }
        initializers = try graph.messages(5).map {
            .init(dims: $0.numbers(1), dataType: $0.number(2), name: $0.text(8), rawBytes: $0.bytes(9).count)
        }
        inputs = try graph.messages(11).map { try .init($0) }
        outputs = try graph.messages(12).map { try .init($0) }
    }
}

extension ONNXModel.Node {
    init(_ node: ProtobufReader) throws {
        (inputs, outputs, name, opType) = (node.texts(1), node.texts(2), node.text(3), node.text(4))
        attributes = try node.messages(5).map { .init(name: $0.text(1), number: $0.number(3), numbers: $0.numbers(8)) }
    }
}

extension ONNXModel.Value {
    /// A type holds a tensor's type, that its shape, and that its sides.
    init(_ value: ProtobufReader) throws {
        name = value.text(1)
        shape = try value.message(2).message(1).message(2).messages(1).compactMap { $0.number(1) }
    }
}
