import Threads

/// A database that is used by one after the other.
///
/// Threading: any.
// Safe to send: the connection is only touched under the lock.
final class SQLiteQueue: @unchecked Sendable {
    private let lock = ConditionLock()
    private let connection: SQLiteConnection

    /// - Parameters:
    ///   - path: of a file, which is made where it is not there, with a log that lets others read while one writes; nil for a
    ///     database in memory.
    ///   - patience: for other processes that have it locked.
    init(path: String? = nil, patience: Duration = .zero) throws {
        connection = try SQLiteConnection(path: path, patience: patience)
        try connection.run("PRAGMA foreign_keys = ON")
        if path != nil { try connection.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") }
    }

    /// Looks at one state of the database.
    func read<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
        try transaction("BEGIN DEFERRED", body)
    }

    /// Changes the database: all of `body`, or nothing where it throws.
    func write<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
        try transaction("BEGIN IMMEDIATE", body)
    }

    private func transaction<Value>(_ begin: String, _ body: (SQLiteConnection) throws -> Value) throws -> Value {
        try lock.locked { Result { try connection.transaction(begin, body) } }.get()
    }
}
