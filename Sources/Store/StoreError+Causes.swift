import Foundation
import GRDB
import NeuralNetwork
import Video

extension StoreError {
    init(_ cause: VideoError) { self.init(cause.problem, remedy: cause.remedy) }

    init(_ cause: NetworkError) { self.init(cause.problem, remedy: cause.remedy) }

    /// What the system said about a call that failed.
    static func system(_ problem: String, _ code: Int32 = errno) -> StoreError {
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "Make room on this disk; nothing is lost, and it goes on by itself."
            case EROFS: "The disk is read-only: is it failing? 'dmesg' tells."
            case EACCES, EPERM: "Is this the right user?"
            default: ""
            }
        return StoreError("\(problem): \(String(cString: strerror(code))).", remedy: remedy)
    }

    /// What SQLite said about an index.
    static func index(_ path: String, _ cause: any Error) -> StoreError {
        if let error = cause as? StoreError { return error }
        guard let error = cause as? DatabaseError else { return StoreError("Cannot use the index \(path): \(cause)") }
        return StoreError(
            "Cannot use the index \(path): \(error.message ?? error.resultCode.description).",
            remedy: error.resultCode == .SQLITE_FULL
                ? "Make room on this disk; nothing is lost, and it goes on by itself."
                : "It may be deleted: it is made anew from the files beside it.")
    }

    /// Runs what throws the video target's error.
    static func fromVideo<Value>(_ body: () throws(VideoError) -> Value) throws(StoreError) -> Value {
        do throws(VideoError) { return try body() } catch { throw StoreError(error) }
    }

    /// Runs what throws the networks' error.
    static func fromNetwork<Value>(_ body: () throws(NetworkError) -> Value) throws(StoreError) -> Value {
        do throws(NetworkError) { return try body() } catch { throw StoreError(error) }
    }
}
