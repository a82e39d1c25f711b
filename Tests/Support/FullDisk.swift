import Foundation

/// A disk that is full for one file.
public enum FullDisk {
    /// Makes writing to a file that is open fail as on a full disk.
    public static func put(under path: String) throws {
        let files = FileManager.default
        let open = try files.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
        }
        guard !open.isEmpty else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: path]) }
        let full = Glibc.open("/dev/full", O_WRONLY)
        defer { close(full) }
        for descriptor in open.compactMap(Int32.init) where dup2(full, descriptor) != descriptor {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }
}
