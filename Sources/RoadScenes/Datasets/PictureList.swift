import Foundation

/// A list of pictures and their labels, two paths a line, names with blanks among them; `PathList` says what is understood.
struct PictureList {
    /// Units: bytes; two of the longest paths that Linux takes.
    private static let longestLine = 8192
    /// In one line; every one is a place to part it, and is tried.
    private static let mostBlanks = 200

    private let file: String
    private let folder: String
    private(set) var items: [Dataset.Item] = []

    /// - Parameter folder: where the files are; the last folder and the name of each path lead to them.
    /// - Throws: where a line does not name two files that are there.
    init(file: String, _ data: Data, folder: String) throws(SceneError) {
        (self.file, self.folder) = (file, folder)
        guard let lines = PathList.lines(data) else {
            throw SceneError("\(file) is no text.", remedy: "Save it as UTF-8, a picture and its labels in each line.")
        }
        var pairs: [(image: String, labels: String)] = []
        for line in lines { pairs.append(try pair(line.text, line.number)) }
        // Drives number their pictures from 0 each: where a name is of several, the folder tells them apart.
        let pictures = Dictionary(grouping: Set(pairs.map(\.image)), by: Self.name)
        items = pairs.map { image, labels in
            let (url, name) = (URL(fileURLWithPath: image), Self.name(image))
            let isUnique = pictures[name]?.count == 1
            let folder = url.deletingLastPathComponent().lastPathComponent
            return Dataset.Item(name: isUnique ? name : "\(folder)/\(name)", image: image, labels: labels)
        }
    }

    private static func name(_ path: String) -> String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// Names may have blanks in them: of all places where a line can be parted, the one where both files are there.
    private func pair(_ line: String, _ number: Int) throws(SceneError) -> (image: String, labels: String) {
        let isShort = line.utf8.count <= Self.longestLine
        let blanks = isShort ? line.indices.filter { line[$0].isWhitespace } : []
        guard isShort, blanks.count <= Self.mostBlanks else {
            throw SceneError(
                "\(file), line \(number) is too long for two paths: \(line.utf8.count) bytes.",
                remedy: "Each line names a picture and its labels.")
        }
        var candidates: [(String, String)] = []
        for index in blanks {
            let first = PathList.local(line[..<index], in: folder)
            let second = PathList.local(line[index...], in: folder)
            if let first, let second, !candidates.contains(where: { $0 == (first, second) }) {
                candidates.append((first, second))
            }
        }
        let words = line.split(whereSeparator: \.isWhitespace).count
        guard let likely = candidates.first else {
            throw SceneError("\(file), line \(number): expected a picture and its labels, found \(words) paths.")
        }
        if let found = candidates.first(where: { Self.exists($0.0) && Self.exists($0.1) }) { return found }
        if words > 2, !candidates.contains(where: { Self.exists($0.0) || Self.exists($0.1) }) {
            throw SceneError("\(file), line \(number): expected a picture and its labels, found \(words) paths.")
        }
        let nearest = candidates.first { Self.exists($0.0) || Self.exists($0.1) } ?? likely
        throw SceneError("\(file), line \(number): there is no \(Self.exists(nearest.0) ? nearest.1 : nearest.0).")
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
