import Errors
import Files
import Foundation

/// One folder on disk and the careful ways to change it: files are whole and synced before they have their names.
struct StoreFolder: Sendable {
    /// What temporary names start with; whoever holds the folder's lock may remove such files.
    static let temporaryPrefix = "partial-"

    let path: String
    let surroundings: StoreSurroundings

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// The temporary name of a file that will be named `name`.
    func temporary(_ name: String) -> String { path(Self.temporaryPrefix + name) }

    /// Whether a name is that of an unfinished file; a bundle's writer puts a dot before it.
    static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(temporaryPrefix) || name.hasPrefix(".\(temporaryPrefix)")
    }

    // MARK: Reading

    /// The names of all files.
    func names() throws(StoreError) -> [String] {
        guard let folder = opendir(path) else { throw .system("Cannot read \(path)") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Size and time of change: another stamp is another content. Nil where there is no such file.
    func stamp(_ name: String) -> String? {
        var status = stat()
        guard lstat(path(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
    }

    /// A regular file's bytes.
    func read(_ name: String, atMost limit: Int = 512 << 20) throws(StoreError) -> [UInt8] {
        try WholeFile.read(path(name), atMost: limit)
    }

    // MARK: Changing

    /// Writes a file under its temporary name.
    func writeTemporary(_ bytes: [UInt8], _ name: String) throws(StoreError) {
        try step(.wrote(name), "write \(path(name))")
        try TemporaryFile.create(bytes, temporary(name), for: path(name))
    }

    /// Brings a temporary file to the disk.
    func syncTemporary(_ name: String) throws(StoreError) {
        try step(.sync(name), "write \(path(name))")
        try TemporaryFile.sync(temporary(name), for: path(name))
    }

    /// Gives a temporary file its name.
    func nameTemporary(_ name: String) throws(StoreError) {
        try step(.name(name), "write \(path(name))")
        try TemporaryFile.rename(temporary(name), to: path(name), sync: false)
    }

    /// Brings names to the disk.
    func sync() throws(StoreError) {
        try step(.syncFolder, "write to \(path)")
        try TemporaryFile.syncFolder(path)
    }

    /// Writes or replaces a whole file; what was there stays where this fails.
    func write(_ bytes: [UInt8], _ name: String) throws(StoreError) {
        do throws(StoreError) {
            try writeTemporary(bytes, name)
            try syncTemporary(name)
            try nameTemporary(name)
            try sync()
        } catch {
            unlink(temporary(name))
            throw error
        }
    }

    /// Makes or replaces a link.
    func link(_ name: String, to target: String) throws(StoreError) {
        try step(.link(name), "write \(path(name))")
        unlink(temporary(name))
        guard symlink(target, temporary(name)) == 0 else { throw .system("Cannot write \(path(name))") }
        do throws(StoreError) {
            try nameTemporary(name)
            try sync()
        } catch {
            unlink(temporary(name))
            throw error
        }
    }

    /// Removes a file; one that is not there is no error.
    func remove(_ name: String) throws(StoreError) {
        try step(.remove(name), "remove \(path(name))")
        guard unlink(path(name)) == 0 || errno == ENOENT else { throw .system("Cannot remove \(path(name))") }
    }

    /// Removes what unfinished writes have left. Only for who holds the lock.
    func removeTemporaries() throws(StoreError) {
        for name in try names() where Self.isTemporary(name) { try remove(name) }
    }

    /// Fails where a test wants it to.
    func step(_ step: StoreStep, _ what: String) throws(StoreError) {
        let code = surroundings.fault(step)
        if code != 0 { throw .system("Cannot \(what)", code) }
    }

    /// Makes the folder where it is missing.
    func create() throws(StoreError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StoreError(
                "Cannot make the folder \(path): \(error.localizedDescription)", remedy: "May this user write there?")
        }
    }
}
