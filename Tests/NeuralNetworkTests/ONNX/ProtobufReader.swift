/// The fields of a message in protobuf's wire format. Source: protobuf's "Encoding".
struct ProtobufReader {
    struct Malformed: Error {
        var problem: String
    }

    private var numbers: [Int: [Int64]] = [:]
    private var pieces: [Int: [ArraySlice<UInt8>]] = [:]

    init(_ bytes: some Sequence<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            switch tag & 7 {
            case 0: numbers[Int(tag >> 3), default: []].append(Int64(bitPattern: try Self.varint(&rest)))
            case 2:
                let count = Int(try Self.varint(&rest))
                guard count <= rest.count else { throw Malformed(problem: "\(count) bytes of \(rest.count)") }
                pieces[Int(tag >> 3), default: []].append(rest.prefix(count))
                rest = rest.dropFirst(count)
            default: throw Malformed(problem: "type \(tag & 7), which no network of ours has")
            }
        }
    }

    /// A number that is there more than once is a list, whose last is the number.
    func number(_ field: Int) -> Int64? { numbers[field]?.last }
    func numbers(_ field: Int) -> [Int64] { numbers[field] ?? [] }
    func bytes(_ field: Int) -> ArraySlice<UInt8> { pieces[field]?.last ?? [] }
    func text(_ field: Int) -> String { texts(field).last ?? "" }
    func texts(_ field: Int) -> [String] { (pieces[field] ?? []).map { String(decoding: $0, as: UTF8.self) } }
    func message(_ field: Int) throws -> ProtobufReader { try ProtobufReader(bytes(field)) }
    func messages(_ field: Int) throws -> [ProtobufReader] { try (pieces[field] ?? []).map { try ProtobufReader($0) } }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed(problem: "a number without end") }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw Malformed(problem: "a number of more than 64 bits")
    }
}
