import Files
import Video

/// Pictures' files that are told again, whatever their names: by links, and by their bytes.
struct KnownFiles {
    private let files: Set<FileID>
    /// Paths by the sizes of what they lead to: only files of one size can be copies of each other.
    private let sizes: [Int: [String]]
    /// The bytes of files that were compared, summed up.
    private var sums: [String: Checksum] = [:]

    init(_ paths: [String]) {
        files = Set(paths.compactMap { FileID($0) })
        sizes = Dictionary(grouping: Set(paths)) { FileID.size(of: $0) ?? 0 }
    }

    mutating func contains(_ path: String) -> Bool {
        if let id = FileID(path), files.contains(id) { return true }
        guard let size = FileID.size(of: path), let others = sizes[size], let own = sum(path) else { return false }
        return others.contains { sum($0) == own }
    }

    /// Nil where it cannot be read, which whoever needs it will say.
    private mutating func sum(_ path: String) -> Checksum? {
        if let known = sums[path] { return known }
        let sum = (try? WholeFile.read(path, atMost: ImageFile.largest)).map { Checksum($0) }
        sums[path] = sum
        return sum
    }
}
