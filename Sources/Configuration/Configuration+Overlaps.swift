import Files
import Yams

extension Configuration {
    /// A folder that a key names.
    private struct NamedFolder {
        let key: String
        let path: String
    }

    /// Finds folders that are, or hold, one another: the learner, the spool and the registry each remove files in theirs.
    ///
    /// - Parameters:
    ///   - work: the place of `learn.work` in the file, for problems with it.
    ///   - folder: the same of `spool.folder`.
    static func checkOverlaps(
        registry: String?, spool: Spool?, learn: Learn?, work: Node?, folder: Node?, _ findings: ConfigurationSection.Findings
    ) {
        let registry = registry.map { NamedFolder(key: "registry", path: $0) }
        let spool = spool.map { NamedFolder(key: "spool.folder", path: $0.folder) }
        if let registry, let spool, let relation = relation(of: spool, to: registry) {
            findings.add(folder, relation, remedy: "Each removes files in its own: name two folders beside each other.")
        }
        guard let learn else { return }
        let data =
            [("learn.labeled", learn.labeled.path), ("learn.held_out", learn.heldOut.path)]
            + (learn.human.map { [("learn.human", $0.path)] } ?? [])
            + learn.also.enumerated().map { ("learn.also[\($0 + 1)].dataset", $1.dataset.path) }
        let others = data.map { NamedFolder(key: $0.0, path: $0.1) } + [spool, registry].compactMap(\.self)
        let own = NamedFolder(key: "learn.work", path: learn.work)
        for other in others {
            guard let relation = relation(of: own, to: other) else { continue }
            findings.add(
                work, relation, remedy: "The learner removes files in its work folder: name one of its own as learn.work.")
        }
    }

    /// Nil where neither holds the other.
    private static func relation(of first: NamedFolder, to second: NamedFolder) -> String? {
        let isIn = InputCheck.folder(around: first.path, among: [second.path]) != nil
        let isAround = InputCheck.folder(around: second.path, among: [first.path]) != nil
        switch (isIn, isAround) {
        case (true, true): return "'\(first.key)' and '\(second.key)' are one folder, \(first.path)."
        case (true, false): return "'\(first.key)', \(first.path), lies in '\(second.key)', \(second.path)."
        case (false, true): return "'\(second.key)', \(second.path), lies in '\(first.key)', \(first.path)."
        case (false, false): return nil
        }
    }
}
