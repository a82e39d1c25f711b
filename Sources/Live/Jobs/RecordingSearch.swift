import Files
import Foundation
import RoadScenes
import Video

/// The recordings that inputs stand for: a folder stands for all that are in it and in the folders below.
///
/// Nothing is opened that could block, nothing is followed out of the folders, and one odd entry never hides the others.
public struct RecordingSearch: Sendable {
    public struct Recording: Sendable, Equatable {
        public var path: String
        /// What its outputs are called, below their folder and without an ending: `Saved/a/front`.
        public var name: String
        /// Units: bytes, of a folder of pictures those of all of them; nil of what is neither.
        public var bytes: Int?

        /// The path, or an address without its secrets.
        public var shown: String { access(path, F_OK) == 0 ? path : PublicAddress.textOfMissing(path) }
    }

    public private(set) var recordings: [Recording] = []
    /// What is called like a recording and is none that can be read, and inputs without any.
    public private(set) var oddities: [ArchiveReport.Failure] = []
    /// What has been left out, for people.
    public private(set) var notes: [String] = []
    /// Whether there is more than one recording to expect, so that outputs are folders.
    public private(set) var isArchive: Bool

    /// - Parameter outputs: folders that are written to, where what is found is none of the inputs.
    public init(_ inputs: [String], outputs: [String] = []) {
        isArchive = inputs.count > 1
        let excluded = Set(outputs.compactMap(FileID.init))
        let folders = inputs.filter(Self.isFolder)
        let roots = RecordingNaming.unique(folders.map { URL(fileURLWithPath: $0).standardizedFileURL.lastPathComponent })
        var found: [(path: String, name: String, bytes: Int?)] = []
        for input in inputs {
            guard let position = folders.firstIndex(of: input) else {
                found.append((input, RecordingNaming.name(of: input), FileID.size(of: input)))
                continue
            }
            let walk = FolderWalk(input, excluded: excluded) { !$0.relative.isEmpty && Self.isMasks($1) }
            oddities += walk.oddities.map { .init(input: $0.path, problem: $0.problem) }
            notes += walk.notes
            let masks = walk.folders.filter(\.isApart)
            if let first = masks.first {
                notes.append("Left out: \(CountText.text(masks.count, "folder")) with masks, such as \(first.path).")
            }
            let isNothingElse = !masks.isEmpty && masks.count == walk.folders.count && walk.oddities.isEmpty
            if let problem = isNothingElse ? "\(input) holds masks only." : walk.emptiness {
                oddities.append(.init(input: input, problem: problem))
            }
            let prefix = folders.count > 1 ? roots[position] + "/" : ""
            let inFolder = walk.folders.flatMap(\.recordings)
            let pictured = walk.folders.filter { !$0.pictures.isEmpty }
            // Pictures, and no video anywhere below: the folder itself is the one recording.
            let isRecording = inFolder.isEmpty && pictured.contains { $0.relative.isEmpty }
            if isRecording {
                let pictures = pictured.first { $0.relative.isEmpty }?.pictures ?? []
                found.append((input, URL(fileURLWithPath: input).standardizedFileURL.lastPathComponent, Self.size(pictures)))
            } else {
                isArchive = true
                found += inFolder.map { ($0.path, prefix + $0.relative, $0.bytes) }
                if inFolder.isEmpty { found += pictured.map { ($0.path, prefix + $0.relative, Self.size($0.pictures)) } }
            }
            let others = isRecording ? pictured.count - 1 : inFolder.isEmpty ? 0 : pictured.count
            if others > 0 {
                let what = CountText.text(others, "folder")
                notes.append("Left out: \(what) with pictures in \(input); name one to have it labeled.")
            }
        }
        let all = found.count
        var seen: Set<ExactName> = []
        found = found.filter { $0.path == "-" || $0.path.contains("://") || seen.insert(Self.place($0.path)).inserted }
        if found.count < all {
            notes.append(
                "Labeled once: \(CountText.text(all - found.count, "recording")) that came up twice, as in a folder that is named too."
            )
        }
        recordings = zip(found, RecordingNaming.names(found.map(\.name))).map {
            Recording(path: $0.path, name: $1, bytes: $0.bytes)
        }
    }

    /// What Camber has made of a recording: numbered pictures and what their values mean, and no more but folders.
    private static func isMasks(_ names: [String]) -> Bool {
        func isNumbered(_ name: String) -> Bool { name.hasSuffix(".png") && name.dropLast(4).allSatisfy(\.isNumber) }
        return names.contains(ClassSet.fileName) && names.contains(where: isNumbered)
            && names.allSatisfy { isNumbered($0) || $0 == ClassSet.fileName || !$0.contains(".") }
    }

    /// Links are names of their own.
    private static func place(_ path: String) -> ExactName { ExactName(URL(fileURLWithPath: path).standardizedFileURL.path) }

    private static func size(_ pictures: [String]) -> Int { pictures.reduce(0) { $0 + (FileID.size(of: $1) ?? 0) } }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
