import Files
import Foundation
import RoadScenes
import Store
import Video

/// Finds the pictures and recordings that inputs stand for, by the same rule as `camber segment`.
struct UnlabeledSearch {
    private static let listEndings: Set<String> = ["txt", "list", "lst"]

    private(set) var parts: [UnlabeledPictures.Part] = []
    /// What was named and cannot be used, each with the reason.
    private(set) var problems: [String] = []
    /// What is left out on purpose.
    private(set) var notes: [String] = []
    private let excluded: Set<FileID>

    /// - Parameter outputs: folders that are written to: what is found is in none of them.
    init(outputs: [String]) { excluded = Set(outputs.compactMap(FileID.init)) }

    /// - Parameter mayBeList: whether a text file names inputs, one a line.
    /// - Throws: where it is not there, or holds nothing of the kind.
    mutating func add(_ path: String, mayBeList: Bool = true) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw LearningError("Cannot read the unlabeled pictures: there is no \(PublicAddress.textOfMissing(path)).")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: try addFolder(path)
        case S_IFREG: try addFile(path, mayBeList: mayBeList)
        // A pipe would wait for a writer, a device never ends.
        default: throw LearningError("\(path) is no file.", remedy: "Record it first.")
        }
    }

    private mutating func addFile(_ path: String, mayBeList: Bool) throws {
        if ImageFile.isNamed(path) { return parts.append(.pictures([path])) }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        if mayBeList, Self.listEndings.contains(ending) || ending.isEmpty && !VideoProbe.isVideo(path) {
            return try addList(path)
        }
        // Whatever else it is: who reads it says what is wrong with it.
        parts.append(.video(path))
    }

    private mutating func addList(_ path: String) throws {
        guard let lines = PathList.lines(Data(try WholeFile.read(path, atMost: PathList.largest))) else {
            throw LearningError(
                "\(path) is neither a recording nor a list of pictures: it is no text.",
                remedy: "A list is UTF-8, a path in each line.")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for line in lines {
            let places = PathList.places(of: line.text, besideListIn: folder)
            let found = places.first { FileManager.default.fileExists(atPath: $0) }
            do { try add(found ?? PathList.unquoted(line.text), mayBeList: false) } catch {
                problems.append("\(path), line \(line.number): \(error)")
            }
        }
        if lines.isEmpty { problems.append("\(path) names nothing.") }
    }

    private mutating func addFolder(_ path: String) throws {
        let walk = FolderWalk(path, excluded: excluded) { folder, names in
            Spool.isSpool(names) || !folder.relative.isEmpty && DatasetLocation.isLabelFolder(folder.path, names: names)
        }
        notes += walk.notes
        problems += walk.oddities.map(\.problem)
        if let problem = walk.emptiness { throw LearningError(problem) }
        for folder in walk.folders {
            if folder.isApart {
                try addApart(folder)
                continue
            }
            // Of a spool's copy without its records, the frames.
            let pictures = folder.pictures.filter { !Spool.isBesideFrame(URL(fileURLWithPath: $0).lastPathComponent) }
            if !pictures.isEmpty { parts.append(.pictures(pictures)) }
            parts += folder.recordings.map { .video($0.path) }
        }
    }

    /// A spool, or labels of a data set.
    private mutating func addApart(_ folder: FolderWalk.Folder) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        guard Spool.isSpool(names) else {
            return notes.append("\(folder.path) holds labels, and is left out.")
        }
        let items = try Spool(folder: folder.path, limits: .none).items().reversed().filter { !$0.isUnsure }
        let frames = items.map { UnlabeledPictures.SpoolFrame(file: $0.framePath, key: "spool-\($0.exchangeName)") }
        if !frames.isEmpty { return parts.append(.spool(frames)) }
        let problem = "The spool \(folder.path) holds no frames."
        if folder.relative.isEmpty { throw LearningError(problem) }
        problems.append(problem)
    }
}
