import Files
import Yams

extension Configuration {
    /// A folder that a key names.
    private struct NamedFolder {
        let key: String
        let path: String
    }

    /// Finds folders that two keys name, and what lies in the learner's: the learner, the spool and the registry each remove files in theirs.
    ///
    /// - Parameters:
    ///   - work: the place of `learn.work` in the file, for problems with it.
    ///   - folder: the same of `spool.folder`.
    static func checkOverlaps(
        registry: String?, spool: Spool?, learn: Learn?, work: Node?, folder: Node?, _ findings: ConfigurationSection.Findings
    ) {
        let registry = registry.map { NamedFolder(key: "registry", path: $0) }
        let spool = spool.map { NamedFolder(key: "spool.folder", path: $0.folder) }
        if let registry, let spool, isWithin(spool, registry), isWithin(registry, spool) {
            findings.add(
                folder, "'spool.folder' and 'registry' are one folder, \(registry.path).",
                remedy: "Each removes files in its own: name two.")
        }
        guard let learn else { return }
        let data =
            [("learn.labeled", learn.labeled.path), ("learn.held_out", learn.heldOut.path)]
            + (learn.human.map { [("learn.human", $0.path)] } ?? [])
            + learn.also.enumerated().map { ("learn.also[\($0 + 1)].dataset", $1.dataset.path) }
        let others = data.map { NamedFolder(key: $0.0, path: $0.1) } + [spool, registry].compactMap(\.self)
        let own = NamedFolder(key: "learn.work", path: learn.work)
        for other in others where isWithin(other, own) {
            findings.add(
                work, "'\(other.key)', \(other.path), is or lies in 'learn.work', \(own.path).",
                remedy: "The learner removes files in its work folder: name one of its own as learn.work.")
        }
    }

    private static func isWithin(_ folder: NamedFolder, _ other: NamedFolder) -> Bool {
        InputCheck.folder(around: folder.path, among: [other.path]) != nil
    }
}
