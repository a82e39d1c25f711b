import Glibc

/// What is left of a disk.
package enum DiskRoom {
    /// Units: bytes that the disk of a folder has left for us; nil where it does not say.
    package static func free(in folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (bytes, overflows) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return overflows ? .max : bytes
    }
}
