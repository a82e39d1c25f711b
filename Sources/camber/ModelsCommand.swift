import ArgumentParser

/// `camber models`: looks into bundles, makes them and hands them to other runtimes.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Show, verify, import and export model bundles.",
        subcommands: [Show.self, Verify.self, Import.self, Export.self, Answers.self])
}
