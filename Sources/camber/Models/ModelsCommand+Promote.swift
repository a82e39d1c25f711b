import ArgumentParser
import Store

extension ModelsCommand {
    /// `camber models promote`: makes a model of the registry current.
    struct Promote: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a model of a registry current.",
            discussion: "Its bundle is read and checked first. Running daemons take it between two frames.")

        @Argument(help: "The model's number.") var number: Int
        @OptionGroup var registry: RegistryOptions
        @Option(help: "Why, for the history.") var reason = "by hand"

        func run() throws {
            try registry.open().promote(number, reason: reason)
            print("Model \(number) is current.")
        }
    }
}
