import CSQLite
import Foundation

/// A database that is open.
///
/// Threading: one thread at a time.
final class SQLiteConnection {
    private let handle: OpaquePointer

    /// - Parameters:
    ///   - path: of a file, which is made where it is not there; nil for a database in memory.
    ///   - patience: for others who have it locked.
    init(path: String?, patience: Duration) throws(SQLiteError) {
        var opened: OpaquePointer?
        // Locked by its owner, not by itself.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path ?? ":memory:", &opened, flags, nil)
        guard status == SQLITE_OK, let opened else {
            defer { sqlite3_close_v2(opened) }
            throw SQLiteError(code: status, message: String(cString: sqlite3_errstr(status)))
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Int32(patience / .milliseconds(1)))
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that take no arguments, one after the other.
    func run(_ statements: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, statements, nil, nil, nil))
    }

    /// Runs one statement whose result nobody wants.
    func execute(_ statement: String, _ arguments: [SQLiteValue]) throws {
        _ = try rows(statement, arguments) { _ in }
    }

    /// The rows that one statement gives, each as `read` makes it.
    func rows<Value>(
        _ statement: String, _ arguments: [SQLiteValue] = [], _ read: (SQLiteRow) throws -> Value
    ) throws -> [Value] {
        var prepared: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, statement, -1, &prepared, nil))
        guard let prepared else { throw SQLiteError(code: SQLITE_MISUSE, message: "no statement in '\(statement)'") }
        defer { sqlite3_finalize(prepared) }
        for (place, argument) in zip(Int32(1)..., arguments) { try check(Self.bind(argument, to: prepared, at: place)) }
        var rows: [Value] = []
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: rows.append(try read(SQLiteRow(statement: prepared)))
            case SQLITE_DONE: return rows
            case let status: try check(status)
            }
        }
    }

    /// The first of the rows that one statement gives.
    func first<Value>(
        _ statement: String, _ arguments: [SQLiteValue] = [], _ read: (SQLiteRow) throws -> Value
    ) throws -> Value? {
        try rows(statement, arguments, read).first
    }

    /// Does all of `body`, or nothing where it throws.
    ///
    /// - Parameter begin: how the transaction begins.
    func transaction<Value>(_ begin: String, _ body: (SQLiteConnection) throws -> Value) throws -> Value {
        try run(begin)
        do {
            let value = try body(self)
            try run("COMMIT")
            return value
        } catch {
            // Some errors have ended it already.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    private static func bind(_ value: SQLiteValue, to statement: OpaquePointer, at place: Int32) -> Int32 {
        // SQLITE_TRANSIENT: SQLite makes a copy.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return switch value {
        case .integer(let value): sqlite3_bind_int64(statement, place, value)
        case .real(let value): sqlite3_bind_double(statement, place, value)
        case .text(let text): sqlite3_bind_text(statement, place, text, Int32(text.utf8.count), copied)
        case .blob(let data):
            data.isEmpty
                ? sqlite3_bind_zeroblob(statement, place, 0)
                : data.withUnsafeBytes { sqlite3_bind_blob(statement, place, $0.baseAddress, Int32($0.count), copied) }
        }
    }

    private func check(_ status: Int32) throws(SQLiteError) {
        guard status != SQLITE_OK else { return }
        throw SQLiteError(code: status, message: String(cString: sqlite3_errmsg(handle)))
    }
}
