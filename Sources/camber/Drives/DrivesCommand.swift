import ArgumentParser
import Configuration
import Files
import Foundation
import Live
import Store

/// `camber drives`: which drives the kept frames are of, and taking one of them back.
struct DrivesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drives", abstract: "List the drives that models learn from, or withdraw one.",
        subcommands: [List.self, Withdraw.self])

    /// What a configuration says of the stores.
    struct Stores: ParsableArguments {
        @Option(help: .init("The daemon's configuration file.", valueName: "file")) var config: String

        func open() throws -> (configuration: Configuration, catalog: DriveCatalog) {
            let configuration = try Configuration(argument: config)
            guard let spool = configuration.spool else {
                throw CommandFailure(code: 2, message: "\(config) has no section 'spool'.")
            }
            let human = configuration.humanFolder.map(HumanDataset.init)
            return (
                configuration,
                DriveCatalog(
                    spool: try Spool(folder: spool.folder, limits: SpoolLimits(spool)), human: human,
                    registry: try configuration.registry.map { try ModelRegistry(folder: $0) })
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the drives of which frames or labels are kept, the latest first.",
            discussion: """
                A drive is a recording, or what a camera saw on one day (UTC). MODELS are those that learned from it, by themselves \
                or by the model that they were trained from.
                """)

        @OptionGroup var stores: Stores
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let drives = try stores.open().catalog.drives()
            if json { return print(try ReportJSON.text(drives)) }
            var table = TextTable(
                ("DRIVE", .left), ("FRAMES", .right), ("PINNED", .right), ("BY HAND", .right), ("SIZE", .right), ("FIRST", .left),
                ("LAST", .left), ("MODELS", .left))
            for drive in drives {
                table.add(
                    drive.name, String(drive.frames), String(drive.pinned), String(drive.labeled), ByteText.text(drive.bytes),
                    drive.first.map(StoreReport.text) ?? "", drive.last.map(StoreReport.text) ?? "",
                    drive.models.map(String.init).joined(separator: ", "))
            }
            print(drives.isEmpty ? "Nothing is kept of any drive." : table.text)
        }
    }
}
