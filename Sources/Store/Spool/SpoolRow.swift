import GRDB

/// A record as it lies in the index, with the stamp of the file that it was read from.
struct SpoolRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "item"

    var record: SpoolRecord
    var stamp: String

    private enum CodingKeys: String, CodingKey { case stamp }

    init(record: SpoolRecord, stamp: String) {
        self.record = record
        self.stamp = stamp
    }

    init(from decoder: any Decoder) throws {
        record = try SpoolRecord(from: decoder)
        stamp = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .stamp)
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(stamp, forKey: .stamp)
    }
}
