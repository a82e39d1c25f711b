import ArgumentParser
import Store

extension ModelsCommand {
    /// `camber models rollback`: takes the current model back.
    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go back to the model that was current before.",
            discussion: "The model that is taken back is never chosen again unless it is promoted by hand.")

        @OptionGroup var registry: RegistryOptions
        @Option(help: "Why, for the history.") var reason = "by hand"

        func run() throws {
            let entry = try registry.open().rollback(reason: reason)
            print("Model \(entry.number) is current.")
        }
    }
}
