import ArgumentParser

/// `camber labels`: what people labeled.
struct LabelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels", abstract: "Take what people labeled into a data set.", subcommands: [Import.self])
}
