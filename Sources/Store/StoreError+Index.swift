import CSQLite
import Errors

extension StoreError {
    /// What SQLite said about an index.
    static func index(_ path: String, _ cause: any Error) -> StoreError {
        if let error = cause as? StoreError { return error }
        guard let error = cause as? SQLiteError else { return StoreError("Cannot use the index \(path): \(cause)") }
        return StoreError(
            "Cannot use the index \(path): \(error.message).",
            remedy: error.kind == SQLITE_FULL
                ? "Make room on this disk; nothing is lost, and it goes on by itself."
                : "It may be deleted: it is made anew from the files beside it.")
    }
}
