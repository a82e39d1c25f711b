/// A message in protobuf's wire format, as far as ONNX needs it: fields are added in the order of their numbers.
///
/// Source: protobuf's "Encoding"; the numbers are those of ONNX's `onnx.proto`.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    /// A whole number.
    mutating func add(_ field: Int, _ number: Int) {
        appendVarint(UInt64(field) << 3)
        appendVarint(UInt64(bitPattern: Int64(number)))
    }

    /// Whole numbers, each as a field of its own.
    mutating func add(_ field: Int, _ numbers: [Int]) {
        for number in numbers { add(field, number) }
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

    mutating func add(_ field: Int, _ messages: [ProtobufMessage]) {
        bytes.reserveCapacity(bytes.count + messages.reduce(0) { $0 + $1.bytes.count + 11 })
        for message in messages { add(field, message) }
    }

    mutating func add(_ field: Int, _ data: [UInt8]) {
        appendVarint(UInt64(field) << 3 | 2)
        appendVarint(UInt64(data.count))
        bytes.append(contentsOf: data)
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
