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
            let registry = try registry.open()
            let entry = try registry.entries().first { $0.number == number }
            let kinds: [ModelEntry.State: RegistryEvent.Kind] = [.rejected: .rejected, .rolledBack: .rolledBack]
            if let kind = entry.flatMap({ kinds[$0.state] }),
                let event = try registry.events().first(where: { $0.number == number && $0.kind == kind })
            {
                standardError("Model \(number) was \(kind == .rejected ? "rejected" : "rolled back"): \(event.reason)")
            }
            try registry.promote(number, reason: reason)
            print("Model \(number) is current.")
        }
    }
}
