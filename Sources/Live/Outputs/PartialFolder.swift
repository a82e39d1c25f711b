import Files
import Foundation
import Video

/// A folder that has another name until everything is in it: `masks.partial` for `masks`.
///
/// Threading: its lane's thread.
final class PartialFolder {
    /// Where to write.
    let path: String
    /// Units: bytes.
    private static let largestFile = 512 << 20

    private let name: String
    /// Locked for as long as the folder is written.
    private let descriptor: Int32

    /// Makes it, and the folders above.
    init(for folder: String) throws(LiveError) {
        name = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        var number = 1
        while true {
            let path = PartialFile.path(for: name, number: number)
            try DurableFolder.make(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            if mkdir(path, 0o777) == 0 {
                self.path = path
                break
            }
            guard errno == EEXIST else { throw Self.failure(path) }
            number += 1
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 { flock(descriptor, LOCK_EX | LOCK_NB) }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Gives the folder its name, once all in it is on the disk: what has its name is whole, whatever happens. Where there is such a
    /// folder already, with the pictures of other parts of the work, its files join them.
    func complete() throws(LiveError) {
        guard let files = FolderNames.text(in: path) else { throw Self.failure(path) }
        for file in files { try TemporaryFile.sync("\(path)/\(file)", for: "\(name)/\(file)") }
        try TemporaryFile.syncFolder(path)
        if rename(path, name) != 0 {
            // There is such a folder: with files in it, a link to one, or where another disk is mounted.
            guard [ENOTEMPTY, EEXIST, ENOTDIR, EBUSY, EXDEV].contains(errno) else { throw Self.failure(name) }
            for file in files { try move(file) }
            try TemporaryFile.syncFolder(name)
            rmdir(path)
        }
        try TemporaryFile.syncFolder(TemporaryFile.folder(of: name))
    }

    private func move(_ file: String) throws(LiveError) {
        let (from, to) = ("\(path)/\(file)", "\(name)/\(file)")
        if rename(from, to) == 0 { return }
        guard errno == EXDEV else { throw Self.failure(to) }
        try WholeFile.write(try WholeFile.read(from, atMost: Self.largestFile), to: to)
        unlink(from)
    }

    private static func failure(_ path: String) -> LiveError {
        LiveError(
            "Cannot write \(path): \(String(cString: strerror(errno))).", remedy: "Is there room, and may it be written there?")
    }
}
