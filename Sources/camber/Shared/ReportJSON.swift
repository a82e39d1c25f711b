import Files
import Foundation

/// How commands write what they have found out as JSON: sorted, keys in snake_case, times as ISO 8601.
enum ReportJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Parameter file: '-' for standard output.
    static func write(_ value: some Encodable, to file: String) throws {
        let text = try text(value)
        if file == "-" { StandardOutput.write(text + "\n") } else { try WholeFile.write([UInt8](text.utf8), to: file) }
    }
}
