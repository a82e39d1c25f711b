import ArgumentParser
import NeuralNetwork
import RoadScenes

extension ModelsCommand {
    /// `camber models export`: one of a bundle's networks as ONNX.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write one of a bundle's networks as ONNX.")

        @Argument(help: "The bundle.", transform: BundleArgument.file) var bundle: String
        @Option(help: ArgumentHelp("The ONNX file to write.", valueName: "file")) var onnx: String
        @Option(help: ArgumentHelp("The input size, width first, as 480x360. Default: the bundle's.", valueName: "WxH"))
        var size: Graph.Size?
        @Option(help: ArgumentHelp("Which of its two networks.", valueName: "network"))
        var network: ModelBundle.Part = .segmentation

        func validate() throws {
            if let size { try size.validate() }
        }

        func run() throws {
            try OutputArguments.check([onnx], among: [bundle])
            try OutputArguments.prepare([onnx])
            let bundle = try ModelBundle(contentsOf: bundle)
            // With it, the ONNX file says by itself what its channels mean and what it wants to be fed.
            let metadata = [
                "classes": bundle.classes.json,
                "mean": bundle.mean.map(\.description).joined(separator: ","),
                "deviation": bundle.deviation.map(\.description).joined(separator: ","),
                "fingerprint": bundle.fingerprint,
            ]
            try ONNXExport.write(
                bundle.graph(of: network), tensors: bundle.tensors(of: network),
                input: size ?? bundle.inputSize,
                name: network.rawValue, metadata: metadata, to: onnx)
        }
    }
}

extension ModelBundle.Part: ExpressibleByArgument {}
extension Weights.Precision: ExpressibleByArgument {}
