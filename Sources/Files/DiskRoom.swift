import Glibc

/// What is left of a disk.
package enum DiskRoom {
    /// Units: bytes. Disks in a cloud say that nearly 2⁶³ are free; so much less, that sums with it do not overflow.
    private static let most = 1 << 60

    /// Units: bytes that the disk of a folder has left for us, 2⁶⁰ at most; nil where it does not say.
    package static func free(in folder: String) -> Int? {
        var status = statvfs()
        // One without a size, as in memory or of a bucket in a cloud, is not full.
        guard statvfs(folder, &status) == 0, status.f_blocks > 0 else { return nil }
        return bytes(blocks: UInt64(status.f_bavail), of: UInt64(status.f_frsize))
    }

    /// How many more files the disk of a folder takes; nil where it does not count them.
    package static func files(in folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0, status.f_files > 0 else { return nil }
        return Int(clamping: status.f_favail)
    }

    /// - Parameter size: units: bytes of a block.
    package static func bytes(blocks: UInt64, of size: UInt64) -> Int {
        let (bytes, overflows) = blocks.multipliedReportingOverflow(by: size)
        return overflows ? most : Int(min(bytes, UInt64(most)))
    }
}
