import ArgumentParser
import Foundation
import NeuralNetwork
import RoadScenes

extension ModelsCommand {
    /// `camber models verify`: checks everything that can be checked without running the networks.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check bundles; exit 1 if any of them is bad.")

        @Argument(help: "The bundles.") var bundles: [String]

        func run() throws {
            var bad = 0
            for path in bundles {
                do {
                    let bundle = try ModelBundle(contentsOf: path)
                    print("\(path): good, \(bundle.classes.count) classes, fingerprint \(bundle.fingerprint)")
                } catch {
                    bad += 1
                    FileHandle.standardError.write(Data("\(error)\n".utf8))
                }
            }
            if bad > 0 { throw ExitCode.failure }
        }
    }
}
