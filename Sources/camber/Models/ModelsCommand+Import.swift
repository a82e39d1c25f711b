import ArgumentParser
import Foundation
import NeuralNetwork
import RoadScenes

extension ModelsCommand {
    /// `camber models import`: PyTorch's weights and a list of classes become a bundle.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a bundle of a safetensors state_dict of the segmentation network.",
            discussion: "Without --auxiliary the auxiliary network gets starting values and the bundle says that it is untrained."
        )

        @Argument(help: "The segmentation network's state_dict, as safetensors.") var stateDict: String
        @Option(help: "The segmentation network that it is. Default: the one whose tensors are all there.") var network: Network?
        @Option(
            help: ArgumentHelp(
                "camvid, cityscapes, or a YAML or JSON file: a list of {name, color: [red, green, blue]}.", valueName: "classes"))
        var classes: String
        @Option(help: ArgumentHelp("The auxiliary network's state_dict, as safetensors.", valueName: "file"))
        var auxiliary: String?
        @Option(
            help: ArgumentHelp(
                "The size it was trained for, width first. Default: 1024x512 for cityscapes, 480x360 for others.",
                valueName: "WxH"))
        var size: Graph.Size?
        @Option(
            help: ArgumentHelp(
                "What pictures were normalised with: red,green,blue of values 0…1. Default: ImageNet's.", valueName: "R,G,B"))
        var mean: ColorValues?
        @Option(help: ArgumentHelp("As --mean.", valueName: "R,G,B")) var deviation: ColorValues?
        @Option(help: "float32 or float16, half the file.") var precision: Weights.Precision = .float32
        @Option(help: ArgumentHelp("How it was trained, in words.", valueName: "text")) var recipe: String?
        @Option(help: ArgumentHelp("What it was trained on; repeat for each.", valueName: "text")) var trainedOn: [String] = []
        @Option(help: ArgumentHelp("Anything else to keep with it, such as a license.", valueName: "text")) var note: String?
        @Option(help: ArgumentHelp("A measured value, as miou=0.587; repeat for each.", valueName: "name=value"))
        var metric: [Metric] = []
        @Option(help: ArgumentHelp("The bundle to write.", valueName: "bundle")) var out: String

        func validate() throws {
            if let size { try size.validate() }
            // 123.7 and its like are of values 0…255: a network would see nothing but gray.
            guard mean?.values.allSatisfy({ (0...1).contains($0) }) != false else {
                throw ValidationError("--mean is of values 0…1, such as 0.485,0.456,0.406. Divide those of 0…255 by 255.")
            }
            guard deviation?.values.allSatisfy({ $0 > 0 && $0 <= 1 }) != false else {
                throw ValidationError("--deviation is of values 0…1, such as 0.229,0.224,0.225. Divide those of 0…255 by 255.")
            }
        }

        func run() throws {
            try OutputArguments.check([out], among: [stateDict, classes, auxiliary ?? ""])
            try OutputArguments.prepare([out])
            let classSet = try Self.classSet(classes)
            let weights = try Weights(contentsOf: stateDict)
            let network = network ?? Network(of: weights.tensors, classes: classSet.count) ?? .paper
            let segmentation = try ModelBundle.stateDict(
                weights, name: stateDict, of: .segmentation, network: network, classes: classSet)
            let auxiliary = try auxiliary.map {
                try ModelBundle.stateDict(Weights(contentsOf: $0), name: $0, of: .auxiliary, network: network, classes: classSet)
            }
            let bundle = try ModelBundle(
                network: network, classes: classSet, inputSize: size ?? Self.usualSize(classSet),
                mean: mean?.values ?? ModelBundle.imageNetMean, deviation: deviation?.values ?? ModelBundle.imageNetDeviation,
                segmentation: segmentation, auxiliary: auxiliary,
                metrics: Dictionary(metric.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
                lineage: ModelBundle.Lineage(
                    source: URL(fileURLWithPath: stateDict).lastPathComponent, recipe: recipe, codeVersion: Camber.version,
                    trainingItems: trainedOn.isEmpty ? nil : trainedOn, note: note))
            try bundle.write(to: out, precision: precision)
        }

        private static func usualSize(_ classes: ClassSet) -> Graph.Size {
            classes == .cityscapes ? Graph.Size(height: 512, width: 1024) : Graph.Size(height: 360, width: 480)
        }

        private static func classSet(_ argument: String) throws -> ClassSet {
            switch argument {
            case "camvid": return .camvid
            case "cityscapes": return .cityscapes
            default: return try ClassSet(contentsOf: argument)
            }
        }
    }

    /// Red, green and blue, as `0.485,0.456,0.406`.
    struct ColorValues: ExpressibleByArgument {
        let values: [Float]

        init?(argument: String) {
            values = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Float($0) }
            guard values.count == 3, argument.count(where: { $0 == "," }) == 2 else { return nil }
        }
    }

    /// A name and a number, as `miou=0.587`.
    struct Metric: ExpressibleByArgument {
        let name: String
        let value: Double

        init?(argument: String) {
            let parts = argument.split(separator: "=")
            guard parts.count == 2, let value = Double(parts[1]), value.isFinite else { return nil }
            self.name = String(parts[0])
            self.value = value
        }
    }
}
