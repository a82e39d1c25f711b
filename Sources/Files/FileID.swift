import Foundation

/// Which file a path leads to.
package struct FileID: Hashable {
    private let device: UInt64
    private let node: UInt64

    package init(_ status: stat) { (device, node) = (UInt64(status.st_dev), UInt64(status.st_ino)) }

    /// The file behind a path, links followed; nil where it leads to none, or where that cannot be found out.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Units: bytes of a regular file; nil for all else.
    package static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// When a file or a folder was last written, since 1970; nil where none is there.
    package static func written(_ path: String) -> Duration? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return .seconds(status.st_mtim.tv_sec) + .nanoseconds(status.st_mtim.tv_nsec)
    }

    /// Whether two paths lead to one file, or will: links and `..` count as what they lead to.
    package static func areSame(_ first: String, _ second: String) -> Bool {
        if let one = FileID(first), let other = FileID(second) { return one == other }
        return resolved(first) == resolved(second)
    }

    /// The whole path, without links as far as it is there.
    package static func resolved(_ path: String) -> String {
        var present = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        // The system takes no longer one.
        guard present.utf8.count <= PATH_MAX else { return present }
        var missing: [Substring] = []
        while true {
            if let found = realpath(present, nil) {
                defer { free(found) }
                return missing.reduce(String(cString: found)) { appending($1, to: $0) }
            }
            let parts = present.split(separator: "/")
            guard let last = parts.last else { return missing.reduce("/") { appending($1, to: $0) } }
            missing.insert(last, at: 0)
            present = "/" + parts.dropLast().joined(separator: "/")
        }
    }

    private static func appending(_ name: Substring, to path: String) -> String {
        switch name {
        case ".": path
        case "..": TemporaryFile.folder(of: path)
        default: (path == "/" ? "" : path) + "/" + name
        }
    }
}
