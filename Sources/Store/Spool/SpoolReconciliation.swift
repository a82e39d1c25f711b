import Foundation

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
            guard let (file, id) = SpoolFile.parse(name), file == .record else { continue }
            if let stamp = try files.stamp(name) { stamps[id] = stamp }
        }
        do {
            try index.queue.write { database in
                var known: [Int64: String] = [:]
                for (id, stamp) in try database.rows("SELECT id, stamp FROM item", [], { (try $0.integer(0), try $0.text(1)) }) {
                    known[id] = stamp
                }
                for id in known.keys where stamps[id] == nil { try SpoolIndex.delete(id, in: database) }
                for (id, stamp) in stamps.sorted(by: { $0.key < $1.key }) where known[id] != stamp {
                    switch Self.record(id, in: files) {
                    case .read(let record): try SpoolIndex.put(record, stamp: stamp, in: database)
                    case .absent, .unreadable(_, isDamaged: true): try SpoolIndex.delete(id, in: database)
                    // Nothing is known of what it holds; the next one asks again.
                    case .unreadable(_, isDamaged: false): continue
                    }
                }
            }
        } catch {
            throw .index(files.path(SpoolIndex.name), error)
        }
    }

    static func record(_ id: Int64, in files: StoreFolder) -> StoredRecord<SpoolRecord> {
        files.record(
            SpoolFile.record.name(id), SpoolRecord.self, format: SpoolRecord.format, atMost: 1 << 20, isSound: { $0.isSound(id) })
    }
}
