import Errors
import Glibc
import Synchronization

/// The steps of a durable write: write under another name, sync, rename, sync the folder.
///
/// `WholeFile.write` takes them one after the other; the store takes them by itself where several files must appear in order.
public enum TemporaryFile {
    private static let counter = Atomic(0)
    private static let ending = ".partial"
    private static let advice = "Is there room, and may it be written there?"

    /// A name in the same folder that nobody else uses: `.a.png.4711-1.partial` for `a.png`.
    public static func path(for path: String) -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return "\(path.dropLast(name.count)).\(start(of: name)).\(getpid())-\(number)\(ending)"
    }

    /// File systems take names of up to 255 bytes, which the file's own name may have.
    private static func start(of name: Substring) -> String { String(decoding: name.utf8.prefix(160), as: UTF8.self) }

    /// Whether a file's name is one of these: what a kill has left, or what somebody is writing.
    ///
    /// - Parameter file: counts only names of this file, which is named without its folder; nil of any.
    public static func isTemporary(_ name: String, of file: String? = nil) -> Bool {
        guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
        guard let file else { return true }
        let beginning = ".\(start(of: file[...]))."
        // What follows is numbers: with another dot it is of a file whose name begins alike.
        return name.hasPrefix(beginning) && !name.dropFirst(beginning.count).dropLast(ending.count).contains(".")
    }

    /// Removes what kills and power cuts have left of a file that was being written. Only for who knows that nobody writes it now.
    public static func removeLeftovers(of path: String) {
        let (folder, name) = (folder(of: path), String(path.split(separator: "/").last ?? ""))
        for left in FolderNames.text(in: folder) ?? [] where isTemporary(left, of: name) { unlink("\(folder)/\(left)") }
    }

    /// Writes a file that is not there yet.
    ///
    /// - Parameter mode: who may read and write it at most; the process's mask may allow less.
    public static func create(
        _ bytes: UnsafeRawBufferPointer, _ temporary: String, for path: String, mode: mode_t = 0o664
    ) throws(CamberError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path) }
        var written = 0
        while written < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        let number = errno
        guard close(descriptor) == 0, written == bytes.count else {
            throw failure(path, written == bytes.count ? errno : number)
        }
    }

    /// As above, for bytes that are an array.
    public static func create(
        _ bytes: [UInt8], _ temporary: String, for path: String, mode: mode_t = 0o664
    ) throws(CamberError) {
        // A closure does not pass a typed error on by itself.
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(CamberError) in try create(bytes, temporary, for: path, mode: mode) }
        }
        try result.get()
    }

    /// Brings a file's content to the disk.
    public static func sync(_ temporary: String, for path: String) throws(CamberError) {
        let number = sync(temporary, O_RDONLY)
        guard number == 0 else { throw failure(path, number) }
    }

    /// Gives a file its name, in place of what had it; a device or a pipe is not replaced.
    ///
    /// - Parameter sync: whether the name is on the disk when this returns; without it, a power cut may take it back.
    public static func rename(_ temporary: String, to path: String, sync: Bool) throws(CamberError) {
        var entry = stat()
        if lstat(path, &entry) == 0, ![S_IFREG, S_IFLNK].contains(entry.st_mode & S_IFMT) {
            throw CamberError("Cannot write \(path): it is no file.", remedy: "Name a file that may be replaced.", code: .invalid)
        }
        guard Glibc.rename(temporary, path) == 0 else { throw failure(path) }
        if sync { try syncFolder(folder(of: path)) }
    }

    /// Brings the names in a folder to the disk.
    public static func syncFolder(_ path: String) throws(CamberError) {
        let number = sync(path, O_RDONLY | O_DIRECTORY)
        // Some file systems have no such thing and write names at once; some folders may be written to but not opened.
        guard number == 0 || number == EINVAL || number == EACCES else {
            throw .system("Cannot write to \(path)", number, remedy: advice)
        }
    }

    /// The folder that a path names a file in.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// - Returns: 0, or the errno.
    private static func sync(_ path: String, _ mode: Int32) -> Int32 {
        let descriptor = open(path, mode | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }

    private static func failure(_ path: String, _ number: Int32 = errno) -> CamberError {
        .system("Cannot write \(path)", number, remedy: advice)
    }
}
