import Errors
import Files
import Foundation
import RoadScenes
import Threads
import Video
import Yams

/// Resolves the paths of a configuration file against its folder, and checks what can be checked before the start.
struct ConfigurationPaths {
    private let folder: URL
    private let findings: ConfigurationSection.Findings

    init(file: String, findings: ConfigurationSection.Findings) {
        folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        self.findings = findings
    }

    /// A file that must be there.
    func existing(_ text: String, _ node: Node, what: String) -> String {
        let path = plain(text)
        if !refusesVariable(text, node), access(path, R_OK) != 0 {
            let number = errno
            let error = CamberError.system(
                "The \(what) \(path) cannot be read", number,
                remedy: text.hasPrefix("/") || text.hasPrefix("~") ? "" : "Relative paths start from \(folder.path).")
            findings.add(node, error.problem, remedy: error.remedy, mayHeal: true)
        }
        return path
    }

    /// A source: a recording must be there, a camera or a stream may come later.
    func source(_ text: String, _ node: Node) -> String {
        if text == "-" || SourceLocation.isRemote(text) || text.hasPrefix("/dev/") { return text }
        if let separator = text.firstRange(of: "://") {
            _ = existing(String(text[separator.upperBound...]), node, what: "source")
            return text
        }
        let shown = PublicAddress.textOfMissing(text)
        // It may be an address that lacks its protocol, and have a password.
        if shown != text || SourceLocation.mayBeAddress(text), access(plain(text), F_OK) != 0 {
            findings.add(
                node, "The source \(shown) is no file and cannot be read.",
                remedy: "An address starts with its protocol, such as rtsp://; relative paths start from \(folder.path).")
            return text
        }
        return existing(text, node, what: "source")
    }

    /// A bundle's file, or the name of one of those that come with Camber.
    ///
    /// - Parameter isNeeded: whether it must be there.
    func bundle(_ text: String, _ node: Node, isNeeded: Bool) -> String {
        if refusesVariable(text, node) { return plain(text) }
        do throws(CamberError) {
            let path = try ShippedFile.bundle(text, relativeTo: folder)
            return isNeeded ? existing(path, node, what: "bundle") : path
        } catch {
            if isNeeded { findings.add(node, error.problem, remedy: "\(error.remedy) Relative paths start from \(folder.path).") }
            return plain(text)
        }
    }

    /// A recipe's file, or the name of one of those that come with Camber.
    func recipe(_ text: String, _ node: Node?) -> String {
        ShippedFile.isPath(text, ending: ".yaml") ? resolve(text, node) : text
    }

    /// A file to write: its folder must be there, or at least the one above, where the daemon makes it.
    func output(_ text: String, _ node: Node, _ kind: Configuration.Output.Kind) -> String {
        let path = plain(text) + (text.hasSuffix("/") ? "/" : "")
        if refusesVariable(text, node) { return path }
        if path.hasSuffix("/") && kind != .masks {
            findings.add(node, "\(path) is a folder.", remedy: "Name a file in it; only masks may go into a folder.")
        }
        // Neither a start nor a reload waits for a disk that hangs.
        switch NamedThread.answer("output check", within: .seconds(findings.patience), { Self.obstacle(at: path) }) {
        case .none:
            findings.patience = 0.1
            findings.addUnwritable(
                node, "\(text) cannot be written to: its disk does not answer.", remedy: "Is it in order, and its server there?")
        case .some(.noFolder(let folder)):
            findings.addUnwritable(
                node, "The folder \(folder) cannot be written to: it is not there.", remedy: "Make it, or name another one.")
        case .some(.stranger(let stranger)):
            findings.add(node, "\(text) cannot be written to: \(stranger).", remedy: "Name another file.")
        case .some(.other(let obstacle)):
            findings.addUnwritable(node, "\(text) cannot be written to: \(obstacle).", remedy: "Name another file.")
        case .some(.nothing): break
        }
        let wanted: [String] =
            switch kind {
            case .overlay, .event: ["mp4", "mkv"]
            case .masks, .confidence: ["mkv"]
            case .picture: ["jpg", "jpeg", "png"]
            }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        if !path.hasSuffix("/") && !wanted.contains(ending) {
            findings.add(
                node, "'\(text)' ends in '.\(ending)'.", remedy: "For \(kind.rawValue) use .\(wanted.joined(separator: " or ."))."
            )
        }
        return path
    }

    private enum Obstacle {
        case nothing
        case noFolder(String)
        case stranger(String)
        case other(String)
    }

    private static func obstacle(at path: String) -> Obstacle {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let above = URL(fileURLWithPath: parent).deletingLastPathComponent().path
        if access(parent, F_OK) != 0, access(above, F_OK) != 0 { return .noFolder(parent) }
        if let stranger = OutputCheck.stranger(at: path) { return .stranger(stranger) }
        return OutputCheck.obstacle(toWriting: path, mindsFullDisk: false).map { .other($0) } ?? .nothing
    }

    func socket(_ text: String, _ node: Node) -> String {
        let path = resolve(text, node)
        if let problem = StatusSocketPath.problem(with: path) { findings.add(node, problem) }
        return path
    }

    /// Any other path.
    func resolve(_ text: String, _ node: Node?) -> String {
        _ = refusesVariable(text, node)
        return plain(text)
    }

    private func plain(_ text: String) -> String { URL(fileURLWithPath: text, relativeTo: folder).path }

    /// No shell reads this file: a folder called `$HOME` would be made beside it. One that is there is meant.
    private func refusesVariable(_ text: String, _ node: Node?) -> Bool {
        guard let name = text.prefixMatch(of: /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/)?.output else { return false }
        let first = String(text.prefix { $0 != "/" })
        if access(plain(first), F_OK) == 0 { return false }
        findings.add(
            node, "The path '\(PublicAddress.textOfMissing(text))' begins with the variable \(name), and none is filled in here.",
            remedy: "Write the path out.")
        return true
    }
}
