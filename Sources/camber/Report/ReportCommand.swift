import ArgumentParser

/// `camber report`: what `camber segment` wrote of its work.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Join the reports of a job that several machines did.", subcommands: [Merge.self])
}
