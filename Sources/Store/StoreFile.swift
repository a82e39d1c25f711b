import Files
import Foundation

/// What may lie in a store's folder in place of a file: a pipe that never ends, a link that leads out.
public enum StoreFile {
    /// The bytes of a regular file; a link is not followed, and nothing is waited for.
    public static func read(_ path: String, atMost limit: Int) throws(StoreError) -> [UInt8] {
        try WholeFile.read(path, atMost: limit, followsLinks: false)
    }

    /// Whether it is a regular file and no link to one.
    public static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
