import Foundation

/// A record as it lies in the index, with the stamp of the file that it was read from.
struct SpoolRow {
    private static let columns = [
        "id", "stamp", "time", "source", "frameNumber", "model", "threshold", "selectedRatio", "classNames", "classPixels",
        "width", "height", "frameBytes", "labelBytes", "frameChecksum", "labelChecksum", "isPinned", "signature", "format",
        "clock", "beforeBytes", "beforeChecksum", "unsureness", "original", "bytes",
    ]
    private static let list = columns.joined(separator: ", ")

    var record: SpoolRecord
    var stamp: String

    /// The rows of `SELECT … FROM item` with that end.
    static func fetch(
        _ condition: String = "", _ arguments: [SQLiteValue] = [], in database: SQLiteConnection
    ) throws -> [SpoolRow] {
        try database.rows("SELECT \(list) FROM item \(condition)", arguments, SpoolRow.init)
    }

    func insert(in database: SQLiteConnection) throws {
        let places = Self.columns.map { _ in "?" }.joined(separator: ", ")
        try database.execute(
            "INSERT INTO item (\(Self.list)) VALUES (\(places))",
            [
                .integer(record.id), .text(stamp), .real(record.time), .text(record.source), .integer(record.frameNumber),
                .text(record.model), .real(record.threshold), .real(record.selectedRatio), .text(Self.json(record.classNames)),
                .text(Self.json(record.classPixels)), .integer(record.width), .integer(record.height),
                .integer(record.frameBytes),
                .integer(record.labelBytes), .text(record.frameChecksum), .text(record.labelChecksum),
                .integer(record.isPinned ? 1 : 0), .blob(record.signature), .integer(record.format),
                // Empty where there is no doubt.
                .text(record.clock?.rawValue ?? ""),
                // 0 and empty where there is no frame before.
                .integer(record.beforeBytes ?? 0), .text(record.beforeChecksum ?? ""),
                // -1 for what is learned from.
                .real(record.unsureness ?? -1),
                // Empty where there is none.
                .text(try record.original.map(Self.json) ?? ""), .integer(record.bytes),
            ])
    }

    private static func json(_ values: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
    }
}

extension SpoolRow {
    /// Reads the columns in the order of `columns`.
    init(_ row: SQLiteRow) throws {
        func list<Value: Decodable>(_ column: Int32) throws -> [Value] {
            try JSONDecoder().decode([Value].self, from: Data(row.text(column).utf8))
        }
        stamp = try row.text(1)
        let (beforeBytes, beforeChecksum) = (Int(try row.integer(20)), try row.text(21))
        let (unsureness, original) = (try row.real(22), try row.text(23))
        record = SpoolRecord(
            format: Int(try row.integer(18)), id: try row.integer(0), time: try row.real(2),
            clock: ClockDoubt(rawValue: try row.text(19)), source: try row.text(3),
            frameNumber: Int(try row.integer(4)), model: try row.text(5), threshold: try row.real(6),
            selectedRatio: try row.real(7), classNames: try list(8), classPixels: try list(9), width: Int(try row.integer(10)),
            height: Int(try row.integer(11)), frameBytes: Int(try row.integer(12)), labelBytes: Int(try row.integer(13)),
            frameChecksum: try row.text(14), labelChecksum: try row.text(15), beforeBytes: beforeBytes == 0 ? nil : beforeBytes,
            beforeChecksum: beforeBytes == 0 ? nil : beforeChecksum,
            original: original.isEmpty ? nil : try JSONDecoder().decode(SpoolRecord.Original.self, from: Data(original.utf8)),
            isPinned: try row.integer(16) != 0,
            unsureness: unsureness < 0 ? nil : unsureness, signature: try row.blob(17))
    }
}
