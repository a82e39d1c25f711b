import ArgumentParser
import Configuration
import Files
import Foundation
import Live
import Store

/// Which spool: a folder, or the one that a configuration names.
struct SpoolOptions: ParsableArguments {
    @Option(help: .init("The configuration that names the spool and its limits.", valueName: "file")) var config: String?
    @Option(help: ArgumentHelp("The spool's folder, without limits.", valueName: "folder")) var folder: String?

    func validate() throws {
        if (config == nil) == (folder == nil) { throw ValidationError("Name the spool by --config FILE or by --folder DIR.") }
    }

    func open() throws -> Spool {
        guard let config else {
            let folder = folder ?? ""
            // 'good, 0 items' of a name that was mistyped would be believed, and 'prune' would begin a spool there.
            guard !Spool.isAnother(FolderNames.text(in: folder) ?? []) else {
                throw CommandFailure(code: 1, message: "There is no spool at \(folder): nothing in this folder is a spool's.")
            }
            return try Self.open(folder, .none)
        }
        guard let spool = try Configuration(argument: config).spool else {
            throw CommandFailure(code: 2, message: "\(config) has no section 'spool'.")
        }
        return try Self.open(spool.folder, SpoolLimits(spool))
    }

    /// What people labeled; nil where the configuration names nothing.
    func human() throws -> HumanDataset? {
        try config.flatMap { try Configuration(argument: $0).humanFolder }.map(HumanDataset.init)
    }

    private static func open(_ folder: String, _ limits: SpoolLimits) throws -> Spool {
        // Looking must not make a folder of a name that was mistyped.
        guard access(folder, F_OK) == 0 else {
            throw CommandFailure(code: 1, message: "There is no spool at \(folder): \(String(cString: strerror(errno))).")
        }
        return try Spool(folder: folder, limits: limits)
    }
}
