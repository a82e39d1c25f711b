import ArgumentParser
import NeuralNetwork
import RoadScenes

extension ModelsCommand {
    /// `camber models verify`: checks everything that can be checked without running the networks.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check bundles; exit 1 if any of them is bad.")

        @Argument(help: "The bundles.", transform: BundleArgument.file) var bundles: [String]

        func run() throws {
            var bad = 0
            for path in bundles {
                do {
                    let bundle = try ModelBundle(contentsOf: path)
                    print("\(path): good, \(bundle.classes.count) classes, fingerprint \(bundle.fingerprint)")
                } catch {
                    bad += 1
                    standardError("\(error)")
                }
            }
            guard bad == 0 else { throw CommandFailure(code: 1, message: "\(bad) of \(bundles.count) bundles cannot be used.") }
        }
    }
}
