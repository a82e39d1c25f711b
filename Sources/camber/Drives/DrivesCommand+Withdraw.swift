import ArgumentParser
import Files
import Foundation
import Learning
import Store

extension DrivesCommand {
    /// `camber drives withdraw`: all that is kept of a drive goes.
    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove all that is kept of a drive, and say which models learned from it.",
            discussion: """
                Frames go from the spool, pinned or not, and what people labeled of them goes too; neither comes back. So it asks \
                first. An interrupted cycle that learns from the drive is given up. Models that learned from it are never chosen by \
                themselves again; the current one runs on unless --rebuild is given, now or later.
                """)

        @Argument(help: "The drive, as 'camber drives list' names it.") var drive: String
        @OptionGroup var stores: Stores
        @Flag(help: "Do not ask.") var yes = false
        @Flag(help: "If the current model learned from it, take the last one that did not, and run a cycle from that.")
        var rebuild = false

        func run() throws {
            let (configuration, catalog) = try stores.open()
            if rebuild, configuration.learn == nil {
                throw CommandFailure(
                    code: 2, message: "\(stores.config) has no section 'learn': there is no cycle to rebuild with.")
            }
            print(Self.text(try found(catalog)))
            try confirm()
            var (current, target): (Int?, Int?)
            func withdraw() throws {
                // Anew: a cycle may have ended while somebody thought.
                let drive = try found(catalog)
                current = try configuration.registry.flatMap { try ModelRegistry(folder: $0).current()?.number }
                // First, as it throws where no model is left.
                if rebuild { target = try catalog.goBack(before: drive) }
                try catalog.withdraw(drive)
                print("Removed: \(CountText.text(drive.frames, "frame")), and what people labeled of \(drive.labeled).")
                if !drive.models.contains(where: { $0 == current }) { current = nil }
            }
            if let learn = configuration.learn {
                let isGivenUp = try LearningCycle.withoutCycle(
                    work: learn.work, registry: configuration.registry,
                    where: { $0.contains { LearnedFrame.mayBe($0, of: drive) } || learn.human != nil }, withdraw)
                if isGivenUp { print("The interrupted cycle in \(learn.work) is given up.") }
            } else {
                try withdraw()
            }
            if let target {
                print("Model \(target) is current: the last one that did not learn from the drive. A cycle starts from it.")
                try LearnCommand.parse(["--config", stores.config]).run()
            } else if let current {
                print("Model \(current) learned from it and is still current; --rebuild makes it anew without it.")
            }
        }

        private func found(_ catalog: DriveCatalog) throws -> Drive {
            if let found = try catalog.drive(drive) { return found }
            throw CommandFailure(
                code: 1, message: "Nothing is kept of a drive '\(drive)'. 'camber drives list' names those that there are.")
        }

        private func confirm() throws {
            if yes { return }
            guard isatty(STDIN_FILENO) == 1 else {
                throw CommandFailure(code: 2, message: "Nothing was changed: there is nobody to ask. --yes goes on without.")
            }
            print("Type its name to remove all of it for good:")
            guard readLine(strippingNewline: true) == drive else {
                throw CommandFailure(code: 1, message: "Nothing was changed.")
            }
        }

        private static func text(_ drive: Drive) -> String {
            let frames =
                "\(drive.name): \(CountText.text(drive.frames, "frame")), "
                + "\(ByteText.text(drive.bytes)), \(drive.pinned) pinned"
            let labels = drive.labeled > 0 ? "; people labeled \(drive.labeled)" : ""
            let models = drive.models.map(String.init).joined(separator: ", ")
            let learned = models.isEmpty ? " No model learned from it." : " Learned from it: \(models)."
            return frames + labels + "." + learned + drive.sources.map { "\n  \($0)" }.joined()
        }
    }
}
