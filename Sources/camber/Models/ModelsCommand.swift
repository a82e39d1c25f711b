import ArgumentParser

/// `camber models`: looks into bundles, makes them and hands them to other runtimes.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Show, verify, import and export model bundles; list, add, promote and roll back those of a registry.",
        subcommands: [
            List.self, Add.self, Promote.self, Rollback.self, Show.self, Verify.self, Import.self, Export.self, Answers.self,
        ])
}
