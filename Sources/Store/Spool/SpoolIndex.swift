import Foundation
import GRDB

/// The spool's records as a database: quick to list, to count and to choose from.
///
/// It holds nothing that is not in the records, so it may be thrown away at any time.
/// Threading: any thread; many processes, of which the one with the folder's lock writes.
struct SpoolIndex: Sendable {
    static let name = "index.sqlite"
    /// All that SQLite may leave in the folder.
    static let files = [name, "\(name)-wal", "\(name)-shm", "\(name)-journal"]
    /// Another number is another form of the tables: such an index is made anew.
    private static let version = 2

    let queue: DatabaseQueue
    /// The file that was opened, told from another of the same name; nil for one in memory.
    let identity: UInt64?

    /// Opens or makes the index of a folder.
    ///
    /// - Throws: a database error; `isDamaged` tells whether a new one would help.
    init(folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        // It holds small pictures: no more open than the frames. SQLite's other files get the same mode.
        let made = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o640)
        if made >= 0 { close(made) }
        var configuration = GRDB.Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(2)
        configuration.label = "camber.spool"
        queue = try DatabaseQueue(path: path, configuration: configuration)
        identity = Self.identity(of: path)
        try queue.write { database in
            let problems = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard problems == ["ok"], found == 0 || found == Self.version else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: problems.first)
            }
            if found == 0 { try Self.makeTables(database) }
        }
    }

    /// An index that lives as long as this process: for a folder that cannot be written to.
    init() throws {
        queue = try DatabaseQueue()
        identity = nil
        try queue.write(Self.makeTables)
    }

    static func identity(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Whether an error says that the index itself is no good.
    static func isDamaged(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return error is RowDecodingError || error is DecodingError }
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_MISMATCH: return true
        // A table or column that is not there.
        case .SQLITE_ERROR: return true
        // The file was deleted, or another one took its name.
        case .SQLITE_READONLY: return error.extendedResultCode == .SQLITE_READONLY_DBMOVED
        default: return error.extendedResultCode == .SQLITE_IOERR_SHORT_READ
        }
    }

    private static func makeTables(_ database: Database) throws {
        // AUTOINCREMENT: a number that was given is never given again.
        try database.execute(
            sql: """
                CREATE TABLE item (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, stamp TEXT NOT NULL, time REAL NOT NULL, clock TEXT, source TEXT NOT NULL,
                    frameNumber INTEGER NOT NULL, model TEXT NOT NULL, threshold REAL NOT NULL, selectedRatio REAL NOT NULL,
                    classNames TEXT NOT NULL, classPixels TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
                    frameBytes INTEGER NOT NULL, labelBytes INTEGER NOT NULL, frameChecksum TEXT NOT NULL,
                    labelChecksum TEXT NOT NULL, isPinned INTEGER NOT NULL, signature BLOB NOT NULL, format INTEGER NOT NULL
                );
                CREATE TABLE held (
                    class TEXT NOT NULL, item INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE, PRIMARY KEY (class, item)
                ) WITHOUT ROWID;
                CREATE INDEX heldByItem ON held(item);
                PRAGMA user_version = \(version);
                """)
    }

    // MARK: Changing

    /// Adds or replaces a record's row.
    static func put(_ record: SpoolRecord, stamp: String, in database: Database) throws {
        try database.execute(sql: "DELETE FROM item WHERE id = ?", arguments: [record.id])
        try SpoolRow(record: record, stamp: stamp).insert(database)
        for name in record.heldClasses {
            try database.execute(sql: "INSERT INTO held (class, item) VALUES (?, ?)", arguments: [name, record.id])
        }
    }

    static func delete(_ id: Int64, in database: Database) throws {
        try database.execute(sql: "DELETE FROM item WHERE id = ?", arguments: [id])
    }

    // MARK: Choosing

    /// The number after the largest that was ever given.
    static func nextID(_ database: Database) throws -> Int64 {
        let given = try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'item'") ?? 0
        return max(given, 0) + 1
    }

    static func totals(_ database: Database) throws -> (items: Int, bytes: Int) {
        let row = try Row.fetchOne(database, sql: "SELECT count(*), ifnull(sum(frameBytes + labelBytes), 0) FROM item")
        return (row?[0] ?? 0, row?[1] ?? 0)
    }

    /// What may be evicted, in the order in which it would be: oldest first, but the newest `rareClassItems` of each rare
    /// class last. A class is rare while less than a quarter of all items hold it.
    static func evictable(_ database: Database, rareClassItems: Int) throws -> [(id: Int64, bytes: Int)] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                WITH rare AS (SELECT class FROM held GROUP BY class HAVING count(*) * 4 < (SELECT count(*) FROM item)),
                ranked AS (
                    SELECT item, row_number() OVER (PARTITION BY class ORDER BY item DESC) AS place FROM held
                    WHERE class IN rare
                ),
                guarded AS (SELECT DISTINCT item FROM ranked WHERE place <= ?)
                SELECT id, frameBytes + labelBytes FROM item WHERE NOT isPinned ORDER BY id IN guarded, id
                """, arguments: [rareClassItems])
        return rows.map { ($0[0], $0[1]) }
    }
}
