import Foundation
import Glibc

/// Keeps two cycles from running at once, in one process or several; the system releases it when its owner ends in any way.
final class CycleLock {
    private let file: Int32

    /// - Returns: nil where somebody else holds it.
    /// - Throws: where the file cannot be made.
    init?(_ path: String) throws(LearningError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            throw LearningError("Cannot make \(path): \(String(cString: strerror(errno))).", remedy: "May it be written there?")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        let text = "\(getpid())\n"
        ftruncate(file, 0)
        _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
    }

    deinit { close(file) }

    /// The owner, for people.
    static func owner(of path: String) -> String {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)).map { "process \($0)" } ?? "another process"
    }
}
