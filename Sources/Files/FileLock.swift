import Errors
import Glibc

/// A lock on a file: one holder among all threads and processes. The system releases it when its holder ends in any way.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: a file for this alone, which is made where it is missing.
    ///   - patience: seconds to wait for another holder.
    /// - Throws: `.busy` where another holder does not let go; or what the system says.
    public init(_ path: String, patience: Double = 0) throws(CamberError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
        guard descriptor >= 0 else { throw .system("Cannot change \(TemporaryFile.folder(of: path))") }
        let start = ContinuousClock.now
        // Without blocking: a holder that was stopped must not stop everybody.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EWOULDBLOCK || number == EINTR, ContinuousClock.now - start < .seconds(patience) {
                usleep(2000)
                continue
            }
            // Not closed here: `deinit` runs for what throws, too, and by then the number may be another file's.
            guard number == EWOULDBLOCK else { throw .system("Cannot lock \(path)", number) }
            throw CamberError(
                "Another process has held \(path) for \(Int(patience)) seconds.",
                remedy: "'fuser \(path)' tells which; end it if it hangs.", code: .busy)
        }
    }

    deinit { close(descriptor) }

    /// Lets the next one in. Until then, whoever holds the lock must keep this object.
    public func release() { flock(descriptor, LOCK_UN) }

    /// Writes into the file who holds it, for people.
    public func sign() {
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    /// Who signed a lock's file, in words.
    public static func holder(of path: String) -> String {
        let bytes = (try? WholeFile.read(path, atMost: 64)) ?? []
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return Int(text).map { "process \($0)" } ?? "another process"
    }
}
