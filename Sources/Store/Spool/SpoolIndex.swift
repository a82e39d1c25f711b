import CSQLite
import Foundation

/// The spool's records as a database: quick to list, to count and to choose from.
///
/// It holds nothing that is not in the records, so it may be thrown away at any time.
/// Threading: any thread; many processes, of which the one with the folder's lock writes.
struct SpoolIndex: Sendable {
    static let name = "index.sqlite"
    /// All that SQLite may leave in the folder.
    static let files = [name, "\(name)-wal", "\(name)-shm", "\(name)-journal"]
    /// Another number is another form of the tables: such an index is made anew.
    private static let version = 4

    let queue: SQLiteQueue
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
        queue = try SQLiteQueue(path: path, patience: .seconds(2))
        identity = Self.identity(of: path)
        try queue.write { database in
            let problems = try database.rows("PRAGMA quick_check(1)") { try $0.text(0) }
            let found = try database.first("PRAGMA user_version") { Int(try $0.integer(0)) } ?? 0
            guard problems == ["ok"], found == 0 || found == Self.version else {
                throw SQLiteError(code: SQLITE_CORRUPT, message: problems.first ?? "")
            }
            if found == 0 { try Self.makeTables(database) }
        }
    }

    /// An index that lives as long as this process: for a folder that cannot be written to.
    init() throws {
        queue = try SQLiteQueue()
        identity = nil
        try queue.write(Self.makeTables)
    }

    static func identity(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Whether an error says that the index itself is no good.
    static func isDamaged(_ error: any Error) -> Bool {
        guard let error = error as? SQLiteError else { return error is DecodingError }
        switch error.kind {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_SCHEMA, SQLITE_MISMATCH: return true
        // A table or column that is not there.
        case SQLITE_ERROR: return true
        // The file was deleted, or another one took its name.
        case SQLITE_READONLY: return error.code == readonlyDBMoved
        default: return error.code == ioErrorShortRead
        }
    }

    // SQLITE_READONLY_DBMOVED and SQLITE_IOERR_SHORT_READ, which are calculated in C.
    private static let readonlyDBMoved = SQLITE_READONLY | 4 << 8
    private static let ioErrorShortRead = SQLITE_IOERR | 2 << 8

    private static func makeTables(_ database: SQLiteConnection) throws {
        // AUTOINCREMENT: a number that was given is never given again.
        try database.run(
            """
            CREATE TABLE item (
                id INTEGER PRIMARY KEY AUTOINCREMENT, stamp TEXT NOT NULL, time REAL NOT NULL, clock TEXT NOT NULL, source TEXT NOT NULL,
                frameNumber INTEGER NOT NULL, model TEXT NOT NULL, threshold REAL NOT NULL, selectedRatio REAL NOT NULL,
                classNames TEXT NOT NULL, classPixels TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
                frameBytes INTEGER NOT NULL, labelBytes INTEGER NOT NULL, frameChecksum TEXT NOT NULL,
                labelChecksum TEXT NOT NULL, isPinned INTEGER NOT NULL, signature BLOB NOT NULL, format INTEGER NOT NULL,
                beforeBytes INTEGER NOT NULL, beforeChecksum TEXT NOT NULL, unsureness REAL NOT NULL,
                original TEXT NOT NULL, bytes INTEGER NOT NULL
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
    static func put(_ record: SpoolRecord, stamp: String, in database: SQLiteConnection) throws {
        try delete(record.id, in: database)
        try SpoolRow(record: record, stamp: stamp).insert(in: database)
        for name in record.heldClasses {
            try database.execute("INSERT INTO held (class, item) VALUES (?, ?)", [.text(name), .integer(record.id)])
        }
    }

    static func delete(_ id: Int64, in database: SQLiteConnection) throws {
        try database.execute("DELETE FROM item WHERE id = ?", [.integer(id)])
    }

    // MARK: Choosing

    /// The number after the largest that was ever given.
    static func nextID(_ database: SQLiteConnection) throws -> Int64 {
        let given = try database.first("SELECT seq FROM sqlite_sequence WHERE name = 'item'") { try $0.integer(0) } ?? 0
        return max(given, 0) + 1
    }

    /// Frames to learn from, those that wait for a person, and the bytes of both.
    static func totals(_ database: SQLiteConnection) throws -> (items: Int, unsure: Int, bytes: Int) {
        try database.first(
            "SELECT ifnull(sum(unsureness < 0), 0), ifnull(sum(unsureness >= 0), 0), "
                + "ifnull(sum(bytes), 0) FROM item"
        ) {
            (Int(try $0.integer(0)), Int(try $0.integer(1)), Int(try $0.integer(2)))
        } ?? (0, 0, 0)
    }

    /// What waits for a person, that to which one could add least first; of equals, the older.
    static func unsure(
        _ database: SQLiteConnection
    ) throws -> [(id: Int64, bytes: Int, unsureness: Double, isPinned: Bool)] {
        try database.rows(
            "SELECT id, bytes, unsureness, isPinned FROM item WHERE unsureness >= 0 ORDER BY unsureness, id"
        ) { (try $0.integer(0), Int(try $0.integer(1)), try $0.real(2), try $0.integer(3) != 0) }
    }

    /// Which frames to learn from may be evicted, in the order in which they would be: oldest first, but the newest `rareClassItems` of each rare
    /// class last. A class is rare while less than a quarter of all items hold it.
    static func evictable(_ database: SQLiteConnection, rareClassItems: Int) throws -> [(id: Int64, bytes: Int)] {
        try database.rows(
            """
            WITH learned AS (SELECT id FROM item WHERE unsureness < 0),
            holding AS (SELECT class, item FROM held WHERE item IN learned),
            rare AS (SELECT class FROM holding GROUP BY class HAVING count(*) * 4 < (SELECT count(*) FROM learned)),
            ranked AS (
                SELECT item, row_number() OVER (PARTITION BY class ORDER BY item DESC) AS place FROM holding
                WHERE class IN rare
            ),
            guarded AS (SELECT DISTINCT item FROM ranked WHERE place <= ?)
            SELECT id, bytes FROM item WHERE NOT isPinned AND id IN learned
            ORDER BY id IN guarded, id
            """, [.integer(rareClassItems)]
        ) { (try $0.integer(0), Int(try $0.integer(1))) }
    }
}
