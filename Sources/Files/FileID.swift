import Foundation

/// Which file a path leads to.
package struct FileID: Hashable {
    private let device: UInt64
    private let node: UInt64

    package init(_ status: stat) { (device, node) = (UInt64(status.st_dev), UInt64(status.st_ino)) }

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

    /// Whether two paths lead to one file, or will: links and `..` count as what they lead to.
    package static func areSame(_ first: String, _ second: String) -> Bool {
        if let one = FileID(first), let other = FileID(second) { return one == other }
        let resolved = [first, second].map { path in
            let url = URL(fileURLWithPath: path)
            return url.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(url.lastPathComponent).path
        }
        return resolved[0] == resolved[1]
    }
}
