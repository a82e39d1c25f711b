import Glibc
import Synchronization

/// Files that are complete before they have their name.
enum AtomicFile {
    private static let counter = Atomic(0)

    static func write(_ bytes: UnsafeRawBufferPointer, to path: String, sync: Bool) throws(VideoError) {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = "\(path).\(getpid())-\(number).partial"
        let fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard fd >= 0 else { throw failure(path) }
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(fd, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        var isWhole = written == bytes.count && (!sync || fsync(fd) == 0)
        var problem = isWhole ? nil : failure(path)
        if close(fd) != 0 && isWhole {
            isWhole = false
            problem = failure(path)
        }
        if let problem {
            unlink(temporary)
            throw problem
        }
        try rename(temporary, to: path, sync: sync)
    }

    /// Gives a complete file its name; removes it where that fails.
    static func rename(_ temporary: String, to path: String, sync: Bool) throws(VideoError) {
        guard Glibc.rename(temporary, path) == 0 else {
            let problem = failure(path)
            unlink(temporary)
            throw problem
        }
        guard sync else { return }
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure(_ path: String) -> VideoError {
        VideoError(
            "Cannot write \(path): \(String(cString: strerror(errno))).", remedy: "Is there room, and may it be written there?")
    }
}
