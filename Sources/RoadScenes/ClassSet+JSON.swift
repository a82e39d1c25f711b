import Foundation

extension ClassSet {
    /// A class as masks explain it: their pixels hold its index.
    public struct Entry: Sendable, Equatable, Codable {
        public var index: Int
        public var name: String
        /// Red, green, blue, 0…255.
        public var color: [UInt8]
    }

    /// In the order of the indices.
    public var entries: [Entry] {
        members.enumerated().map { Entry(index: $0, name: $1.name, color: $1.color) }
    }

    /// The entries on one line of JSON: `[{"color":[128,128,128],"index":0,"name":"sky"}, …]`.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers and text always encode.
        return String(decoding: try! encoder.encode(entries), as: UTF8.self)
    }
}
