import Foundation

/// Small files for programs and people: sorted keys, one a line, times as 2026-01-31T12:00:00Z.
enum StoreJSON {
    static func encode(_ value: some Encodable) throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        do { return [UInt8](try encoder.encode(value)) } catch {
            throw StoreError("A record cannot be written: \(error).", remedy: "Is one of its numbers not finite?")
        }
    }

    /// Nil where the bytes are nothing of the kind.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(type, from: Data(bytes))
    }

    /// What another program wrote: Python's NaN and Infinity are numbers too.
    ///
    /// - Throws: in words, where the value cannot be read: `annotations, 3, image_id`, the places counted from 1.
    static func foreign<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(StoreError) -> Value {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do { return try decoder.decode(type, from: Data(bytes)) } catch {
            throw StoreError(words(error as? DecodingError), cause: error)
        }
    }

    private static func words(_ error: DecodingError?) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }.joined(separator: ", ")
        }
        return switch error {
        case .keyNotFound(let key, let context): "it has no \(place(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty ? "it is no such JSON" : "\(place(context.codingPath)) is of another kind"
        default: "it is no such JSON"
        }
    }
}
