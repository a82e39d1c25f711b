import Foundation
import GRDB

/// Brings an index to what the files say.
struct SpoolReconciliation {
    let files: StoreFolder
    let index: SpoolIndex

    /// Removes what unfinished changes have left: temporary files, and pictures without a record. Only with the lock.
    func removeStrays() throws(StoreError) {
        try files.removeTemporaries()
        for name in SpoolFile.withoutRecord(try files.names()) { try files.remove(name) }
    }

    /// Reads the records that the index does not know in their present form, and forgets those that are gone.
    func run() throws(StoreError) {
        var stamps: [Int64: String] = [:]
        for name in try files.names() {
            if let (file, id) = SpoolFile.parse(name), file == .record, let stamp = files.stamp(name) { stamps[id] = stamp }
        }
        do {
            try index.queue.write { database in
                var known: [Int64: String] = [:]
                for row in try Row.fetchAll(database, sql: "SELECT id, stamp FROM item") { known[row[0]] = row[1] }
                for id in known.keys where stamps[id] == nil { try SpoolIndex.delete(id, in: database) }
                for (id, stamp) in stamps.sorted(by: { $0.key < $1.key }) where known[id] != stamp {
                    if let record = Self.record(id, in: files) {
                        try SpoolIndex.put(record, stamp: stamp, in: database)
                    } else {
                        try SpoolIndex.delete(id, in: database)
                    }
                }
            }
        } catch {
            throw .index(files.path(SpoolIndex.name), error)
        }
    }

    /// An item's record; nil where it is missing or damaged.
    static func record(_ id: Int64, in files: StoreFolder) -> SpoolRecord? {
        guard let bytes = try? files.read(SpoolFile.record.name(id), atMost: 1 << 20),
            let record = StoreJSON.decode(SpoolRecord.self, bytes), record.isSound(id)
        else { return nil }
        return record
    }
}
