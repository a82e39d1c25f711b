import Foundation

/// Whole files: read once into memory with a size limit, and written so that a name never shows half a file.
package enum WeightsFile {
    /// The bytes of a regular file.
    ///
    /// Nothing is mapped: a file that is replaced, shortened or extended meanwhile gives an error, not a crash.
    package static func read(_ path: String, atMost limit: Int) throws(NetworkError) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw systemError("Cannot open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError("Cannot read \(path)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw NetworkError("Cannot read \(path): it is not a file.") }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw NetworkError(
                "Cannot read \(path): it has \(size) bytes, the limit is \(limit).", remedy: "Is this the right file?")
        }
        // One byte more than expected shows that the file grew.
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw systemError("Cannot read \(path)") }
            if count == 0 { break }
            filled += count
        }
        guard filled == size else {
            throw NetworkError(
                "Cannot read \(path): it changed while it was being read.", remedy: "Try again once it is written.")
        }
        bytes.removeLast()
        return bytes
    }

    /// Writes to a temporary name in the same folder, syncs, and renames.
    package static func write(_ bytes: [UInt8], to path: String) throws(NetworkError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let temporary = "\(folder)/.\(name).\(UInt32.random(in: 0...UInt32.max)).partial"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw systemError("Cannot write \(path)") }
        let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let writeError = errno
        let isClosed = close(descriptor) == 0
        guard isWritten && isClosed && rename(temporary, path) == 0 else {
            let code = isWritten ? errno : writeError
            unlink(temporary)
            throw NetworkError("Cannot write \(path): \(String(cString: strerror(code))).")
        }
        // The rename itself is only safe from a power cut once the folder is on disk.
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folderDescriptor >= 0 {
            fsync(folderDescriptor)
            close(folderDescriptor)
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Foundation.write(descriptor, part.baseAddress!, part.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func systemError(_ problem: String) -> NetworkError {
        NetworkError("\(problem): \(String(cString: strerror(errno))).")
    }
}
