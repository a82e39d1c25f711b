import Files
import Foundation
import RoadScenes
import Video

/// A folder that has another name until everything is in it: `masks.partial` for `masks`.
///
/// Where there is a folder `masks` already, it is `masks/pictures.partial`: what is there may be a mounted disk, or lie where
/// nothing else may be written.
///
/// Threading: its lane's thread.
final class PartialFolder {
    /// Where to write.
    let path: String
    private let name: String
    private let isInside: Bool
    /// Locked for as long as the folder is written.
    private let descriptor: Int32

    /// Makes it, and the folders above.
    init(for folder: String) throws(LiveError) {
        name = Self.name(of: folder)
        isInside = access(name, F_OK) == 0
        let name = isInside ? Self.inside(name) : name
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

    /// What earlier runs have left of a folder under its temporary names.
    static func leftovers(of folder: String) -> [String] {
        [name(of: folder), inside(name(of: folder))].flatMap(PartialFile.leftovers)
    }

    private static func name(of folder: String) -> String { folder.hasSuffix("/") ? String(folder.dropLast()) : folder }

    private static func inside(_ folder: String) -> String { folder + "/pictures" }

    /// Gives the folder its name, once all in it is on the disk: what has its name is whole, whatever happens.
    ///
    /// Where there is such a folder already, perhaps with the pictures of other parts of the work, its files join what is there,
    /// the list of classes last.
    func complete() throws(LiveError) {
        guard let names = FolderNames.text(in: path) else { throw Self.failure(path) }
        let files = names.filter { $0 != ClassSet.fileName } + names.filter { $0 == ClassSet.fileName }
        for file in files { try TemporaryFile.sync("\(path)/\(file)", for: "\(name)/\(file)") }
        try TemporaryFile.syncFolder(path)
        if isInside || rename(path, name) != 0 {
            guard isInside || errno == ENOTEMPTY || errno == EEXIST else { throw Self.failure(name) }
            for file in files {
                guard rename("\(path)/\(file)", "\(name)/\(file)") == 0 else { throw Self.failure("\(name)/\(file)") }
            }
            try TemporaryFile.syncFolder(name)
            rmdir(path)
        }
        try TemporaryFile.syncFolder(TemporaryFile.folder(of: name))
    }

    private static func failure(_ path: String) -> LiveError {
        LiveError(
            "Cannot write \(path): \(String(cString: strerror(errno))).", remedy: "Is there room, and may it be written there?")
    }
}
