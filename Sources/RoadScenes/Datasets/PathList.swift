import Foundation

/// A text with paths, from whatever machine it was written on: other folders in front of the names, backslashes, quotes, Windows'
/// line ends and marks at the start of the file. The one reader of such lists.
package enum PathList {
    package struct Line {
        /// Counted from 1.
        package var number: Int
        /// Without blanks around it; never empty.
        package var text: String
    }

    /// Units: bytes; a list of a million long paths.
    package static let largest = 256 << 20

    /// Nil where it is no text.
    package static func lines(_ data: Data) -> [Line]? {
        guard let text = text(data) else { return nil }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap { index, line in
            let line = line.trimmingCharacters(in: .whitespaces)
            return line.isEmpty ? nil : Line(number: index + 1, text: line)
        }
    }

    /// Without a byte order mark, which tells UTF-16 from UTF-8.
    private static func text(_ data: Data) -> String? {
        let isWide = data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF])
        guard let text = String(data: data, encoding: isWide ? .utf16 : .utf8), !text.contains("\0") else { return nil }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    /// Without blanks and quotes around it.
    package static func unquoted(_ path: some StringProtocol) -> String {
        path.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
    }

    /// Where a path of another machine leads to here: its last folder and its name, in `folder`. Nil for one without a name.
    package static func local(_ path: some StringProtocol, in folder: String) -> String? {
        let plain = unquoted(path)
        // A name on this machine may have a backslash in it.
        let separator: Character = plain.contains("/") ? "/" : "\\"
        let parts = plain.split(separator: separator).suffix(2)
        return parts.isEmpty ? nil : "\(folder)/\(parts.joined(separator: "/"))"
    }

    /// Where a path that fills its line may lead to: as it is written, from the working folder or from beside the list, and what it
    /// would be on this machine. The likeliest comes first.
    ///
    /// - Parameter folder: of the list.
    package static func places(of path: String, besideListIn folder: String) -> [String] {
        let plain = unquoted(path)
        let spellings = [path, plain, plain.replacing("\\", with: "/")].filter { !$0.isEmpty }
        let written = spellings.flatMap { $0.hasPrefix("/") ? [$0] : [$0, "\(folder)/\($0)"] }
        return written + [local(path, in: folder)].compactMap(\.self)
    }
}
