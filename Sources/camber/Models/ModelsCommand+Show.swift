import ArgumentParser
import Foundation
import NeuralNetwork
import RoadScenes

extension ModelsCommand {
    /// `camber models show`: what a bundle holds, for people or as JSON; of a file that is no good bundle, its tensors.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what a bundle holds.")

        @Argument(help: "The bundle.", transform: BundleArgument.file) var bundle: String
        @Option(
            help: ArgumentHelp(
                "Count operations at this size, width first, as 1024x512. Default: the bundle's.", valueName: "WxH"))
        var size: Graph.Size?
        @Flag(help: "List every layer of both networks.") var layers = false
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if let size { try size.validate() }
        }

        func run() throws {
            let file = try Weights(contentsOf: bundle)
            let report: ModelsReport
            do {
                let model = try ModelBundle(file, name: bundle)
                report = ModelsReport(model, file: bundle, size: size ?? model.inputSize, withLayers: layers)
            } catch {
                printTensors(file)
                throw error
            }
            if json {
                print(try ReportJSON.text(report))
            } else {
                print(report.text)
            }
        }

        private func printTensors(_ file: Weights) {
            for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) { print("\(key): \(value)") }
            for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
                print("\(name) (\(tensor.shape.map(String.init).joined(separator: ",")))")
            }
        }
    }
}
