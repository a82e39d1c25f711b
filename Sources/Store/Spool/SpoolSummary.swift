import Foundation

/// What the spool holds, in numbers.
public struct SpoolSummary: Sendable, Equatable, Codable {
    /// Frames to learn from.
    public var items: Int
    /// Frames that wait for a person; nil in what older versions say.
    public var unsure: Int?
    /// Units: bytes of frames and labels together.
    public var bytes: Int
    public var pinned: Int
    /// How many frames to learn from hold each class: a thousandth of their pixels at least.
    public var itemsPerClass: [String: Int]
    /// When the first and the last item by number were taken.
    public var oldest: Date?
    public var newest: Date?

    enum CodingKeys: String, CodingKey {
        case items, unsure, bytes, pinned, oldest, newest
        case itemsPerClass = "items_per_class"
    }
}

extension SpoolSummary {
    /// As older versions wrote it.
    private enum OlderKeys: CodingKey {
        case itemsPerClass
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        items = try values.decode(Int.self, forKey: .items)
        unsure = try values.decodeIfPresent(Int.self, forKey: .unsure)
        bytes = try values.decode(Int.self, forKey: .bytes)
        pinned = try values.decode(Int.self, forKey: .pinned)
        itemsPerClass =
            try values.decodeIfPresent([String: Int].self, forKey: .itemsPerClass)
            ?? decoder.container(keyedBy: OlderKeys.self).decode([String: Int].self, forKey: .itemsPerClass)
        oldest = try values.decodeIfPresent(Date.self, forKey: .oldest)
        newest = try values.decodeIfPresent(Date.self, forKey: .newest)
    }
}
