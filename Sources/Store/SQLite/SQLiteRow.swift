import CSQLite
import Foundation

/// A row of a result, valid until the next one is asked for. What is of another type than wanted, or null, is an error.
struct SQLiteRow {
    let statement: OpaquePointer

    func integer(_ column: Int32) throws(SQLiteError) -> Int64 {
        try check(column, SQLITE_INTEGER)
        return sqlite3_column_int64(statement, column)
    }

    func real(_ column: Int32) throws(SQLiteError) -> Double {
        try check(column, SQLITE_FLOAT)
        return sqlite3_column_double(statement, column)
    }

    func text(_ column: Int32) throws(SQLiteError) -> String {
        try check(column, SQLITE_TEXT)
        return String(decoding: bytes(sqlite3_column_text(statement, column), column), as: UTF8.self)
    }

    func blob(_ column: Int32) throws(SQLiteError) -> Data {
        try check(column, SQLITE_BLOB)
        return Data(bytes(sqlite3_column_blob(statement, column), column))
    }

    /// Call after the pointer was asked for: that is what settles how many bytes there are.
    private func bytes(_ start: UnsafeRawPointer?, _ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private func check(_ column: Int32, _ wanted: Int32) throws(SQLiteError) {
        let found = sqlite3_column_type(statement, column)
        guard found == wanted else {
            throw SQLiteError(code: SQLITE_MISMATCH, message: "column \(column) is of type \(found) in place of \(wanted)")
        }
    }
}
