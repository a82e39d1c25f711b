import Foundation

/// Finds out before the work whether its results can be written.
public enum OutputCheck {
    /// Units: bytes; a disk with less is full.
    private static let leastRoom = 1 << 20

    /// The kernel's O_TMPFILE, which the C library hides behind _GNU_SOURCE.
    private static let namelessFile: Int32 = 0o20_000_000 | O_DIRECTORY

    /// Why nothing could be written at a path now; nil where it could. Tries it with a small file without a name, or with another one
    /// where the file system knows no such thing, in the folder or in the nearest one above that is there.
    ///
    /// - Parameters:
    ///   - path: ends in '/' where it names a folder.
    ///   - mindsFullDisk: whether a full disk is a reason: a camera waits for room.
    public static func obstacle(toWriting path: String, mindsFullDisk: Bool = true) -> String? {
        if let stranger = stranger(at: path) { return stranger }
        let isFolder = path.hasSuffix("/")
        var entry = stat()
        var folder = isFolder ? String(path.dropLast()) : URL(fileURLWithPath: path).deletingLastPathComponent().path
        if folder.isEmpty { folder = "/" }
        while folder != "/", access(folder, F_OK) != 0 { folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path }
        guard stat(folder, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR else { return "\(folder) is no folder" }
        return obstacle(in: folder, mindsFullDisk: mindsFullDisk)
    }

    /// What is at a path that nothing may be written over, or why there can be nothing; nil where that is not so.
    public static func stranger(at path: String) -> String? {
        var entry = stat()
        guard stat(path, &entry) == 0 else {
            return errno == ENOTDIR || errno == ENAMETOOLONG || errno == ELOOP
                ? "\(path): \(String(cString: strerror(errno)))" : nil
        }
        let isThereAsFolder = entry.st_mode & S_IFMT == S_IFDIR
        if isThereAsFolder && !path.hasSuffix("/") { return "\(path) is a folder" }
        if !isThereAsFolder && entry.st_mode & S_IFMT != S_IFREG {
            return "\(path) is a device or a pipe, and a file would take its place"
        }
        return nil
    }

    /// Whether a folder is not there, or has nothing in it but what a kill left of a file that was being written.
    public static func isFree(_ folder: String) -> Bool { strangers(in: folder, beside: { _ in false }).isEmpty }

    /// What is in a folder and none of its own, sorted; a disk's own `lost+found` and what a kill left of a file do not count.
    public static func strangers(in folder: String, beside isOwn: (_ name: String) -> Bool) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0 != "lost+found" && !TemporaryFile.isTemporary($0) && !isOwn($0) }.sorted()
    }

    private static func obstacle(in folder: String, mindsFullDisk: Bool) -> String? {
        var fd = open(folder, O_WRONLY | namelessFile | O_CLOEXEC, 0o600)
        if fd < 0 {
            let trial = "\(folder)/.camber-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
            fd = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard fd >= 0 else {
                return errno == ENOSPC && !mindsFullDisk ? nil : "\(folder): \(String(cString: strerror(errno)))"
            }
            unlink(trial)
        }
        defer { close(fd) }
        guard mindsFullDisk else { return nil }
        let block = [UInt8](repeating: 1, count: 4096)
        if write(fd, block, block.count) != block.count { return "\(folder): \(String(cString: strerror(errno)))" }
        guard let free = DiskRoom.free(in: folder), free < leastRoom else { return nil }
        return "\(folder): its disk has only \(ByteText.text(free)) free"
    }
}
