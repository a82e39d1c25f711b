import ArgumentParser

/// `camber spool`: looks into what was kept for the learner, and tidies it.
struct SpoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "List, show, verify, pin, prune and export the frames kept for the learner.",
        subcommands: [List.self, Show.self, Verify.self, Pin.self, Prune.self, Export.self])
}
