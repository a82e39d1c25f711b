import Foundation

/// What is in a folder, by its names.
package enum FolderNames {
    /// All but `.` and `..`, in no order, as bytes: they need be no UTF-8.
    ///
    /// - Returns: nil, with the reason in `errno`, where they cannot all be read: a list that a failing disk cuts short must not pass
    ///   for a whole one.
    package static func bytes(in folder: String) -> [[UInt8]]? {
        guard let directory = opendir(folder) else { return nil }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: UInt8.self, capacity: 256) { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
            }
            if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { names.append(name) }
            errno = 0
        }
        let number = errno
        closedir(directory)
        errno = number
        return number == 0 ? names : nil
    }

    /// The same as text, in which bytes that are no UTF-8 are replaced.
    package static func text(in folder: String) -> [String]? {
        bytes(in: folder)?.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The paths of what is in a folder and those below it, from that folder on and in order.
    ///
    /// The folder itself may be a link; links in it are not followed. A folder below that cannot be read, as a disk's
    /// `lost+found`, hides only what is in it.
    ///
    /// - Returns: nil, with the reason in `errno`, where the folder itself cannot be read.
    package static func below(_ folder: String) -> [String]? {
        guard bytes(in: folder) != nil else { return nil }
        // Of a link, nothing is listed.
        let folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        return FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
    }
}
