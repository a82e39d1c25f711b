import Glibc

/// The names that files and folders have until they are complete: `a.partial.mp4` for `a.mp4`, `masks.partial` for `masks`.
///
/// Whoever writes one holds a lock on it, so that what a crash or a kill has left can be told from what is still being written.
public enum PartialFile {
    /// Units: bytes of a name; the limit of nearly every file system.
    private static let longestName = 255

    /// `a.partial.mp4` for `a.mp4`, and `a.partial-2.mp4` and so on for the numbers from 2. The container's ending stays; of a
    /// name that would be too long, the rest is shortened.
    public static func path(for path: String, number: Int = 1) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        var stem = path[slash...]
        var ending = ""
        if let dot = stem.lastIndex(of: "."), dot != stem.startIndex {
            (stem, ending) = (stem[..<dot], String(stem[dot...]))
        }
        let mark = number == 1 ? ".partial" : ".partial-\(number)"
        while !stem.isEmpty, stem.utf8.count + mark.utf8.count + ending.utf8.count > longestName { stem = stem.dropLast() }
        return path[..<slash] + stem + mark + ending
    }

    /// Whether a name without its ending is one that `path` makes of some other.
    public static func isMarked(_ stem: String) -> Bool {
        let last = stem.lowercased().split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        guard stem.contains("."), last.hasPrefix("partial") else { return false }
        let number = last.dropFirst("partial".count)
        return number.isEmpty || number.hasPrefix("-") && Int(number.dropFirst()) != nil
    }

    /// Makes an empty file under the first temporary name that is free: others may be inputs, being written, or all that a
    /// crash has left of a recording.
    ///
    /// - Returns: its name, and it open for reading and writing, and locked until it is closed.
    package static func create(for path: String) throws(VideoError) -> (String, Int32) {
        var number = 1
        while true {
            let name = Self.path(for: path, number: number)
            let fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if fd >= 0 {
                flock(fd, LOCK_EX | LOCK_NB)
                return (name, fd)
            }
            guard errno == EEXIST else {
                throw VideoError(
                    "Cannot write \(path): \(String(cString: strerror(errno))).",
                    remedy: "Is there room, and may it be written there?")
            }
            number += 1
        }
    }

    /// What earlier runs have left of `path` under its temporary names: nobody writes it any more.
    public static func leftovers(of path: String) -> [String] {
        var found: [String] = []
        var missing = 0
        var number = 1
        // Some of them may have been removed since.
        while missing < 8 {
            let name = Self.path(for: path, number: number)
            var status = stat()
            if lstat(name, &status) == 0 {
                missing = 0
                if !isBeingWritten(name) { found.append(name) }
            } else {
                missing += 1
            }
            number += 1
        }
        return found
    }

    /// Whether the name of a file that is being written is gone. What cannot be told, as on a disk that hangs, is not.
    public static func isGone(_ path: String) -> Bool { access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) }

    /// Whether somebody holds the lock of a file or folder, or may hold it: where it cannot be looked at.
    public static func isBeingWritten(_ path: String) -> Bool {
        let fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard fd >= 0 else { return errno != ENOENT && errno != ELOOP }
        defer { close(fd) }
        return flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
