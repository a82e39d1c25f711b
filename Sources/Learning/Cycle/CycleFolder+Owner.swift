import Files
import Foundation

/// Whose a work folder is: a cycle removes files in it by their names, which somebody else's may have too.
extension CycleFolder {
    static let markText = """
        This folder is for 'camber learn' alone, which makes and removes files here. See learn.work in the configuration.

        """

    var mark: String { "\(path)/camber-learn.txt" }

    /// - Throws: where the folder holds something and is no cycle's.
    func check() throws(LearningError) {
        if has(mark) { return }
        let strangers = OutputCheck.strangers(in: path, beside: isOwn)
        let isEmpty = OutputCheck.isFree(path)
        // Versions before the mark have left their lock in every folder of theirs.
        guard isEmpty || (strangers.isEmpty && has(lock)) else {
            let found = strangers.first.map { ": there is '\($0)' in it" } ?? ""
            throw LearningError(
                "The work folder \(path) is not empty, and no cycle's\(found).",
                remedy: "A cycle removes files there. Name a new folder as learn.work, or move what is in this one elsewhere.")
        }
    }

    /// Whether a name is one of those that a cycle gives. Labels that were made anew on the way lie beside the first ones.
    static func arePseudoLabels(_ name: String) -> Bool {
        guard name.hasPrefix("pseudo-labels") else { return false }
        let number = name.dropFirst("pseudo-labels".count)
        return number.isEmpty || number.first == "-" && Int(number.dropFirst()) ?? 0 > 0
    }

    private func isOwn(_ name: String) -> Bool {
        if name == "frames" { return holdsFramesOnly }
        return Self.arePseudoLabels(name) || (files + [lock]).contains("\(path)/\(name)")
    }

    /// A cycle names frames by their numbers in the spool: `12.jpg`, `12-before.jpg`.
    private var holdsFramesOnly: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: frames)) ?? []
        return names.allSatisfy { name in
            TemporaryFile.isTemporary(name) || name.wholeMatch(of: /[0-9]+(-before)?\.[a-z]+/) != nil
        }
    }
}
