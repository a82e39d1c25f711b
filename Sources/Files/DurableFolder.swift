import Errors
import Glibc

/// Folders whose names are on the disk, like the files in them.
public enum DurableFolder {
    /// Makes a folder and those above it, where they are missing, and brings their names to the disk.
    ///
    /// - Parameter mode: who may look into those that are made; the process's mask may allow less.
    public static func make(_ path: String, mode: mode_t = 0o777) throws(CamberError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        let plain = withoutSlash(path)
        let above = TemporaryFile.folder(of: plain)
        if above != plain { try make(above, mode: mode) }
        // Another process may have been faster.
        guard mkdir(plain, mode) == 0 || (errno == EEXIST && stat(plain, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
        else {
            throw .system("Cannot make the folder \(path)", remedy: "May this user write there?")
        }
        try TemporaryFile.syncFolder(above)
    }

    private static func withoutSlash(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }
}
