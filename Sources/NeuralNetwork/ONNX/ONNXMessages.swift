/// The parts of an ONNX model that a network needs.
///
/// Source: ONNX's `onnx.proto`.
enum ONNXMessages {
    private static let float = 1
    private static let int64 = 7

    static func node(_ type: String, _ inputs: [String], to output: String, _ attributes: [ProtobufMessage]) -> ProtobufMessage {
        var node = ProtobufMessage()
        for input in inputs { node.add(1, input) }
        node.add(2, output)
        node.add(3, output)
        node.add(4, type)
        node.add(5, attributes)
        return node
    }

    static func tensor(_ name: String, _ tensor: Tensor) -> ProtobufMessage {
        let bytes = tensor.values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { [UInt8]($0) }
        return self.tensor(name, tensor.shape, float, bytes)
    }

    static func tensor(_ name: String, _ list: [Int]) -> ProtobufMessage {
        tensor(name, [list.count], int64, list.map { Int64($0).littleEndian }.withUnsafeBytes { [UInt8]($0) })
    }

    /// An input or output of float32.
    static func value(_ name: String, shape: [Int]) -> ProtobufMessage {
        var (dimensions, tensor, type, value) = (ProtobufMessage(), ProtobufMessage(), ProtobufMessage(), ProtobufMessage())
        for extent in shape {
            var dimension = ProtobufMessage()
            dimension.add(1, extent)
            dimensions.add(1, dimension)
        }
        tensor.add(1, float)
        tensor.add(2, dimensions)
        type.add(1, tensor)
        value.add(1, name)
        value.add(2, type)
        return value
    }

    static func ints(_ name: String, _ list: Int...) -> ProtobufMessage {
        var attribute = ProtobufMessage()
        attribute.add(1, name)
        attribute.add(8, list)
        attribute.add(20, 7)
        return attribute
    }

    static func int(_ name: String, _ number: Int) -> ProtobufMessage {
        var attribute = ProtobufMessage()
        attribute.add(1, name)
        attribute.add(3, number)
        attribute.add(20, 2)
        return attribute
    }

    static func string(_ name: String, _ text: String) -> ProtobufMessage {
        var attribute = ProtobufMessage()
        attribute.add(1, name)
        attribute.add(4, text)
        attribute.add(20, 3)
        return attribute
    }

    private static func tensor(_ name: String, _ shape: [Int], _ type: Int, _ bytes: [UInt8]) -> ProtobufMessage {
        var tensor = ProtobufMessage()
        tensor.add(1, shape)
        tensor.add(2, type)
        tensor.add(8, name)
        tensor.add(9, bytes)
        return tensor
    }
}
