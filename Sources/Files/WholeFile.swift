import Errors
import Glibc

/// Whole files: read once into memory with a limit, and written so that a name never shows half a file.
public enum WholeFile {
    /// The bytes of a regular file.
    ///
    /// Nothing is mapped: a file that is replaced, shortened or extended meanwhile gives an error, not a crash.
    ///
    /// - Parameters:
    ///   - limit: bytes that the file may have.
    ///   - followsLinks: whether `path` may be a link to the file.
    public static func read(_ path: String, atMost limit: Int, followsLinks: Bool = true) throws(CamberError) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw .system("Cannot open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("Cannot read \(path)") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CamberError("Cannot read \(path): it is not a file.", code: .invalid)
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw CamberError(
                "Cannot read \(path): it has \(size) bytes, the limit is \(limit).", remedy: "Is this the right file?",
                code: .invalid)
        }
        // One byte more than expected shows that the file grew.
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("Cannot read \(path)") }
            if count == 0 { break }
            filled += count
        }
        guard filled == size else {
            throw CamberError(
                "Cannot read \(path): it changed while it was being read.", remedy: "Try again once it is written.", code: .busy)
        }
        bytes.removeLast()
        return bytes
    }

    /// Writes or replaces a file; what was there stays where this fails.
    ///
    /// - Parameter sync: whether file and name are on the disk, rather than on their way there, when this returns.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String, sync: Bool = true) throws(CamberError) {
        let temporary = TemporaryFile.path(for: path)
        do throws(CamberError) {
            try TemporaryFile.create(bytes, temporary, for: path)
            if sync { try TemporaryFile.sync(temporary, for: path) }
            try TemporaryFile.rename(temporary, to: path, sync: sync)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// As above, for bytes that are an array.
    public static func write(_ bytes: [UInt8], to path: String, sync: Bool = true) throws(CamberError) {
        // A closure does not pass a typed error on by itself.
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(CamberError) in try write(bytes, to: path, sync: sync) }
        }
        try result.get()
    }
}
