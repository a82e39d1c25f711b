import Errors
import Files
import Foundation

/// One folder on disk and the careful ways to change it: files are whole and synced before they have their names.
struct StoreFolder: Sendable {
    /// What temporary names start with; whoever holds the folder's lock may remove such files.
    static let temporaryPrefix = "partial-"

    let path: String
    let surroundings: StoreSurroundings
    /// What new files may be at most; the process's mask may allow less.
    let mode: mode_t

    init(path: String, surroundings: StoreSurroundings, mode: mode_t = 0o664) {
        (self.path, self.surroundings, self.mode) = (path, surroundings, mode)
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// The temporary name of a file that will be named `name`.
    func temporary(_ name: String) -> String { path(Self.temporaryPrefix + name) }

    /// Whether a name is that of an unfinished file; a bundle's writer puts a dot before it.
    static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(temporaryPrefix) || name.hasPrefix(".\(temporaryPrefix)")
    }

    // MARK: Reading

    /// The names of all files; none where there is no folder.
    func names() throws(StoreError) -> [String] {
        if let names = FolderNames.text(in: path) { return names }
        if errno == ENOENT { return [] }
        throw .system("Cannot read \(path)")
    }

    /// Size and time of change: another stamp is another content. Nil where there is no regular file of that name.
    ///
    /// - Throws: where it cannot be found out.
    func stamp(_ name: String) throws(StoreError) -> String? {
        guard let status = try status(name), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
    }

    /// What the system knows of a name, whatever it stands for; nil only where there is none.
    func status(_ name: String) throws(StoreError) -> stat? {
        var status = stat()
        if lstat(path(name), &status) == 0 { return status }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .system("Cannot look at \(path(name))")
    }

    /// A regular file's bytes; links and pipes are not followed.
    func read(_ name: String, atMost limit: Int = 512 << 20) throws(StoreError) -> [UInt8] {
        let code = surroundings.readFault(name)
        if code != 0 { throw .system("Cannot read \(path(name))", code) }
        if let status = try status(name), status.st_mode & S_IFMT != S_IFREG {
            throw StoreError("Cannot read \(path(name)): it is no regular file.")
        }
        return try WholeFile.read(path(name), atMost: limit)
    }

    // MARK: Changing

    /// Writes a file under its temporary name.
    func writeTemporary(_ bytes: [UInt8], _ name: String) throws(StoreError) {
        try step(.wrote(name), "write \(path(name))")
        try TemporaryFile.create(bytes, temporary(name), for: path(name), mode: mode)
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
    func create() throws(StoreError) { try DurableFolder.make(path, mode: mode & 0o007 == 0 ? 0o750 : 0o777) }
}
