import ArgumentParser
import Foundation
import Learning
import Live
import Store

extension DrivesCommand {
    /// `camber drives withdraw`: all that is kept of a drive goes.
    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove all that is kept of a drive, and say which models learned from it.",
            discussion: """
                Frames go from the spool, pinned or not, and what people labeled of them goes too; neither comes back. So it asks \
                first. An interrupted cycle that learns from the drive is given up. Models that learned from it are never chosen by \
                themselves again; the current one runs on unless --rebuild is given.
                """)

        @Argument(help: "The drive, as 'camber drives list' names it.") var drive: String
        @OptionGroup var stores: Stores
        @Flag(help: "Do not ask.") var yes = false
        @Flag(help: "If the current model learned from it, take the last one that did not, and run a cycle from that.")
        var rebuild = false

        func run() throws {
            let (configuration, catalog) = try stores.open()
            guard let drive = try catalog.drive(drive) else {
                throw CommandFailure(
                    code: 1, message: "Nothing is kept of a drive '\(drive)'. 'camber drives list' names those that there are.")
            }
            print(Self.text(drive))
            try confirm(drive)
            if let work = configuration.learn?.work,
                try LearningCycle.abandon(work: work, where: { DriveCatalog.isFrame($0, of: drive) })
            {
                print("The interrupted cycle in \(work) learned from it and is given up.")
            }
            let current = try configuration.registry.flatMap { try ModelRegistry(folder: $0).current()?.number }
            try catalog.withdraw(drive)
            print("Removed: \(drive.frames) frames, \(drive.labeled) of them labeled by people.")
            guard let current, drive.models.contains(current) else { return }
            guard rebuild else {
                return print("Model \(current) learned from it and is still current; --rebuild makes it anew without it.")
            }
            guard let number = try catalog.goBack(before: drive) else { return }
            print("Model \(number) is current: the last one that did not learn from the drive. A cycle starts from it.")
            guard configuration.learn != nil else {
                throw CommandFailure(code: 2, message: "\(stores.config) has no section 'learn': there is no cycle.")
            }
            try LearnCommand.parse(["--config", stores.config]).run()
        }

        private func confirm(_ drive: Drive) throws {
            if yes { return }
            guard isatty(STDIN_FILENO) == 1 else {
                throw CommandFailure(code: 2, message: "Nothing was changed: there is nobody to ask. --yes goes on without.")
            }
            print("Type its name to remove all of it for good:")
            guard readLine(strippingNewline: true) == drive.name else {
                throw CommandFailure(code: 1, message: "Nothing was changed.")
            }
        }

        private static func text(_ drive: Drive) -> String {
            let frames = "\(drive.name): \(drive.frames) frames, \(ByteText.text(drive.bytes)), \(drive.pinned) pinned"
            let labels = drive.labeled > 0 ? "; people labeled \(drive.labeled)" : ""
            let models = drive.models.map(String.init).joined(separator: ", ")
            return frames + labels + "." + (models.isEmpty ? " No model learned from it." : " Learned from it: \(models).")
        }
    }
}
