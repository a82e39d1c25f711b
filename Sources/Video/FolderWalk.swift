import Files
import Foundation

/// Looks through a folder and those below it for recordings and pictures.
///
/// Nothing is opened that could block, links to folders are not followed, and one odd entry never hides the others.
package struct FolderWalk {
    package struct Recording {
        package var path: String
        /// Below the folder that was named, with its ending.
        package var relative: String
        /// Units: bytes.
        package var bytes: Int
    }

    package struct Folder {
        package var path: String
        /// Below the folder that was named; empty for that one.
        package var relative: String
        package var recordings: [Recording] = []
        /// Paths.
        package var pictures: [String] = []
        /// Something of its own, which was not looked through.
        package var isApart = false
    }

    /// Something that is called like a recording and is none that can be read, or a folder that cannot be looked into.
    package struct Oddity {
        package var path: String
        package var problem: String
    }

    /// Those that hold anything, in order: a folder before those below it.
    package private(set) var folders: [Folder] = []
    package private(set) var oddities: [Oddity] = []
    private let root: String
    private let excluded: Set<FileID>
    private let isApart: (_ folder: Folder, _ names: [String]) -> Bool
    private var copies = 0
    private var animations = 0
    private var linkedFolders: [String] = []
    private var systemFolders: [String] = []
    private var visited: Set<FileID> = []

    /// - Parameters:
    ///   - excluded: folders below that are left alone, such as those of results.
    ///   - isApart: whether a folder with these names in it is something of its own, such as a spool.
    package init(
        _ root: String, excluded: Set<FileID> = [], isApart: @escaping (Folder, _ names: [String]) -> Bool = { _, _ in false }
    ) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        (self.excluded, self.isApart) = (excluded, isApart)
        var waiting = [""]
        while let folder = waiting.popLast() { waiting += look(into: folder).reversed() }
    }

    /// What has been left out, for people.
    package var notes: [String] {
        var notes: [String] = []
        if copies > 0 { notes.append("\(copies) low-resolution copies or thumbnails of a camera in \(root) are left out.") }
        if animations > 0, emptiness == nil { notes.append("GIFs in \(root) are left out (\(animations)); \(Self.advice)") }
        if let first = systemFolders.first {
            let what = CountText.text(systemFolders.count, "folder")
            notes.append("Left out: \(what) of deleted files, of a file system or of a disk's server, such as \(first).")
        }
        for link in linkedFolders { notes.append("\(link) is a link to a folder, and not followed.") }
        return notes
    }

    /// That there is nothing to take; nil where something is or could not be read.
    package var emptiness: String? {
        guard folders.isEmpty, oddities.isEmpty else { return nil }
        if animations > 0 { return "\(root) holds GIFs only (\(animations)), which are left out; \(Self.advice)" }
        return "\(root) holds neither recordings nor pictures."
    }

    /// Folders that systems make by themselves, also for what was deleted, in small letters. Some may be read by root alone.
    private static let systemNames: Set<String> = [
        "$recycle.bin", "recycler", "recycled", "system volume information", "lost+found", "@eadir", "#recycle", "@recycle",
        "#snapshot",
        "@recently-snapshot",
    ]

    private static let advice = "name one to have it labeled."

    /// Takes what is in one folder. Returns the folders below, in order.
    private mutating func look(into relative: String) -> [String] {
        var folder = Folder(path: relative.isEmpty ? root : "\(root)/\(relative)", relative: relative)
        guard let id = FileID(folder.path), visited.insert(id).inserted, relative.isEmpty || !excluded.contains(id) else {
            return []
        }
        let names: [EntryName]
        do throws(VideoError) { names = try EntryName.all(in: folder.path) } catch {
            oddities.append(.init(path: folder.path, problem: error.description))
            return []
        }
        folder.isApart = isApart(folder, names.map(\.text))
        var below: [String] = []
        for name in folder.isApart ? [] : names { take(name, in: &folder, &below) }
        if folder.isApart || !folder.recordings.isEmpty || !folder.pictures.isEmpty { folders.append(folder) }
        return below
    }

    private mutating func take(_ name: EntryName, in folder: inout Folder, _ below: inout [String]) {
        let relative = folder.relative.isEmpty ? name.text : "\(folder.relative)/\(name.text)"
        let path = "\(root)/\(relative)"
        guard name.isReadable else {
            oddities.append(.init(path: path, problem: "\(path): this name is no UTF-8, and cannot be used. Rename it."))
            return
        }
        switch RecordingKind(path: path, name: name.text) {
        case .recording(let bytes): folder.recordings.append(Recording(path: path, relative: relative, bytes: bytes))
        case .odd(let problem): oddities.append(.init(path: path, problem: problem))
        case .folder where Self.systemNames.contains(name.text.lowercased()): systemFolders.append(path)
        case .folder: below.append(relative)
        case .linkedFolder: linkedFolders.append(path)
        case .picture: folder.pictures.append(path)
        case .animation: animations += 1
        case .copy: copies += 1
        case .other: break
        }
    }
}
