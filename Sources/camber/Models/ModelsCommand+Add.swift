import ArgumentParser
import NeuralNetwork
import RoadScenes
import Store

extension ModelsCommand {
    /// `camber models add`: a bundle made elsewhere into a registry.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy a bundle into a registry, under the next number.",
            discussion: "For a model that was trained elsewhere. It runs once it is promoted.")

        @Argument(help: "The bundle.", completion: .file(extensions: ["safetensors"]), transform: BundleArgument.file)
        var bundle: String
        @OptionGroup var registry: RegistryOptions
        @Flag(help: "Also make it current.") var promote = false
        @Option(help: "Why it is promoted, for the history.") var reason = "by hand"

        func run() throws {
            let registry = try registry.open()
            let model = try ModelBundle(contentsOf: bundle)
            // Before it is there: it would stay as a candidate that nobody can use.
            if promote { try registry.requireClasses(of: model, bundle) }
            let entry = try registry.add(model, origin: "import")
            if promote { try registry.promote(entry.number, reason: reason) }
            print("Model \(entry.number) is \(promote ? "current" : "in the registry").")
        }
    }
}
