import CSQLite

/// What SQLite said.
struct SQLiteError: Error, CustomStringConvertible {
    /// An extended result code.
    var code: Int32
    var message: String

    /// The result code, without what extends it.
    var kind: Int32 { code & 0xff }

    var description: String { "\(message) (SQLite's code \(code))" }
}
