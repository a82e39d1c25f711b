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
}
