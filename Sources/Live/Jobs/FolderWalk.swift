import Files
import Foundation
import Video

/// Looks through a folder and those below it for recordings.
struct FolderWalk {
    struct Found {
        var path: String
        /// Below the folder, with its ending.
        var relative: String
        /// Units: bytes; nil for a folder of pictures.
        var bytes: Int?
    }

    private(set) var found: [Found] = []
    private(set) var oddities: [RecordingSearch.Oddity] = []
    /// Whether the folder itself is the one recording: pictures, and no video anywhere below.
    private(set) var isSinglePictureFolder = false
    private let root: String
    private let excluded: Set<FileID>
    private var pictureFolders: [Found] = []
    private var copies = 0
    private var linkedFolders: [String] = []
    private var visited: Set<FileID> = []

    init(_ root: String, excluded: Set<FileID>) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        self.excluded = excluded
    }

    /// What has been left out, for people.
    var notes: [String] {
        var notes: [String] = []
        if copies > 0 { notes.append("\(copies) low-resolution copies or thumbnails of a camera in \(root) are left out.") }
        if !isSinglePictureFolder, !found.isEmpty, found.first?.bytes != nil, !pictureFolders.isEmpty {
            notes.append("\(pictureFolders.count) folders with pictures in \(root) are left out; name one to have it labeled.")
        }
        for link in linkedFolders { notes.append("\(link) is a link to a folder, and not followed.") }
        return notes
    }

    mutating func run() {
        var folders = [""]
        while let folder = folders.popLast() { folders += look(into: folder).reversed() }
        guard found.isEmpty else { return }
        if pictureFolders.contains(where: { $0.relative.isEmpty }) {
            isSinglePictureFolder = true
        } else {
            found = pictureFolders
        }
    }

    /// Takes what is in one folder. Returns the folders below, in order.
    private mutating func look(into folder: String) -> [String] {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        guard let id = FileID(path), visited.insert(id).inserted, folder.isEmpty || !excluded.contains(id) else { return [] }
        let names: [EntryName]
        do throws(LiveError) { names = try EntryName.all(in: path) } catch {
            oddities.append(.init(path: path, problem: error.description))
            return []
        }
        var below: [String] = []
        var pictures = 0
        for name in names {
            let relative = folder.isEmpty ? name.text : "\(folder)/\(name.text)"
            guard name.isReadable else {
                oddities.append(
                    .init(
                        path: "\(root)/\(relative)",
                        problem: "\(root)/\(relative): this name is no UTF-8, and cannot be used. Rename it."))
                continue
            }
            switch RecordingKind(path: "\(root)/\(relative)", name: name.text) {
            case .recording(let bytes): found.append(Found(path: "\(root)/\(relative)", relative: relative, bytes: bytes))
            case .odd(let problem): oddities.append(.init(path: "\(root)/\(relative)", problem: problem))
            case .folder: below.append(relative)
            case .linkedFolder: linkedFolders.append("\(root)/\(relative)")
            case .picture: pictures += 1
            case .copy: copies += 1
            case .other: break
            }
        }
        if pictures > 0 { pictureFolders.append(Found(path: path, relative: folder, bytes: nil)) }
        return below
    }
}
