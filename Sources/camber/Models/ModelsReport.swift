import Foundation
import NeuralNetwork
import RoadScenes

/// What `camber models show` prints.
struct ModelsReport: Encodable {
    struct Network: Encodable {
        let parameters: Int
        /// Floating-point operations of one pass, a multiply-add counted as two.
        let operations: Int
        let isTrained: Bool
        let layers: [Layer]?
    }

    struct Layer: Encodable {
        let name: String
        let operation: String
        let channels: Int
        let height: Int
        let width: Int
        let parameters: Int
        let operations: Int
    }

    struct Size: Encodable {
        let width: Int
        let height: Int
    }

    let file: String
    let fingerprint: String
    let inputSize: Size
    let mean: [Float]
    let deviation: [Float]
    let network: String
    let classes: [ClassSet.Member]
    let segmentation: Network
    let auxiliary: Network
    let calibration: ConfidenceCalibration?
    let metrics: [String: Double]
    let lineage: ModelBundle.Lineage

    init(_ bundle: ModelBundle, file: String, size: Graph.Size, withLayers: Bool) {
        self.file = file
        fingerprint = bundle.fingerprint
        inputSize = Size(width: size.width, height: size.height)
        mean = bundle.mean
        deviation = bundle.deviation
        network = bundle.network.rawValue
        classes = bundle.classes.members
        segmentation = Self.network(bundle.segmentationGraph, size, isTrained: true, withLayers: withLayers)
        auxiliary = Self.network(bundle.auxiliaryGraph, size, isTrained: bundle.auxiliaryIsTrained, withLayers: withLayers)
        calibration = bundle.calibration
        metrics = bundle.metrics
        lineage = bundle.lineage
    }

    private static func network(_ graph: Graph, _ size: Graph.Size, isTrained: Bool, withLayers: Bool) -> Network {
        let sizes = graph.sizes(input: size)
        let layers = graph.nodes.enumerated().map { id, node in
            Layer(
                name: node.name, operation: node.operation.text, channels: node.channels, height: sizes[id].height,
                width: sizes[id].width, parameters: graph.parameters(of: id).filter(\.isTrained).reduce(0) { $0 + $1.count },
                operations: graph.operationCount(of: id, sizes: sizes))
        }
        return Network(
            parameters: graph.parameterCount, operations: graph.operationCount(input: size), isTrained: isTrained,
            layers: withLayers ? layers : nil)
    }

    // MARK: For people

    var text: String {
        var lines = [
            "file          \(file)",
            "fingerprint   \(fingerprint)",
            "input         \(inputSize.width)x\(inputSize.height), mean \(list(mean)), deviation \(list(deviation))",
            "network       \(network)",
            "segmentation  \(text(segmentation))",
            "auxiliary     \(text(auxiliary))",
            "confidence    \(confidenceText)",
        ]
        for (index, member) in classes.enumerated() {
            let color = member.color.map { String(format: "%02x", $0) }.joined()
            lines.append(pad(index == 0 ? "classes" : "", 14) + pad("\(index)", 4) + "#\(color)  \(member.name)")
        }
        for (index, metric) in metrics.sorted(by: { $0.key < $1.key }).enumerated() {
            lines.append(pad(index == 0 ? "metrics" : "", 14) + "\(metric.key) \(metric.value)")
        }
        lines += lineageLines
        for (name, network) in [("segmentation", segmentation), ("auxiliary", auxiliary)] {
            if let layers = network.layers { lines += ["", name] + layers.map(text) }
        }
        return lines.joined(separator: "\n")
    }

    private var confidenceText: String {
        guard auxiliary.isTrained else { return "none" }
        guard let calibration else { return "the auxiliary network's, not calibrated" }
        return String(
            format: "calibrated: log odds %.2f × the auxiliary network's + %.2f × the largest class probability's + the class's",
            calibration.auxiliary, calibration.topProbability)
    }

    private var lineageLines: [String] {
        let items = lineage.trainingItems ?? []
        let training = items.count > 3 ? "\(items.count) items, see --json" : items.joined(separator: ", ")
        let fields = [
            ("parent", lineage.parent), ("source", lineage.source), ("recipe", lineage.recipe),
            ("trained on", items.isEmpty ? nil : training), ("written by", lineage.codeVersion), ("note", lineage.note),
        ]
        let cards = (lineage.trainings ?? []).flatMap(\.text)
        return fields.compactMap { name, value in value.map { pad(name, 14) + $0 } }
            + cards.enumerated().map { pad($0 == 0 ? "trainings" : "", 14) + $1 }
    }

    private func text(_ network: Network) -> String {
        let gigaOperations = String(format: "%.2f", Double(network.operations) / 1e9)
        return "\(grouped(network.parameters)) parameters, \(gigaOperations) GFLOP\(network.isTrained ? "" : ", untrained")"
    }

    private func text(_ layer: Layer) -> String {
        let numbers =
            layer.parameters == 0
            ? ""
            : padLeft(grouped(layer.parameters), 9) + padLeft(String(format: "%.1f", Double(layer.operations) / 1e6), 10)
                + " MFLOP"
        return "  " + pad(layer.name, 24) + pad(layer.operation, 24) + pad("\(layer.channels)×\(layer.height)×\(layer.width)", 16)
            + numbers
    }

    private func list(_ values: [Float]) -> String { values.map(\.description).joined(separator: " ") }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, text.isEmpty ? width : 1))
    }

    private func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    private func grouped(_ number: Int) -> String {
        var digits = Array(String(number))
        for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
        return String(digits)
    }
}

extension Graph.Operation {
    fileprivate var text: String {
        switch self {
        case .input: "input"
        case .convolution(let kernel, let stride, let dilation):
            "conv " + Self.filter(kernel, stride, dilation)
        case .depthwiseConvolution(let kernel, let stride, let dilation):
            "depthwise " + Self.filter(kernel, stride, dilation)
        case .biasedConvolution(let kernel, let dilation):
            "conv " + Self.filter(kernel, 1, dilation) + ", bias"
        case .add: "add"
        case .averagePool: "average pool 2"
        case .maxPool: "max pool 3, stride 2"
        case .concatenate: "concatenate"
        case .resize: "resize bilinear"
        case .transposedConvolution: "transposed conv 8×8"
        case .crop: "crop"
        case .sigmoid: "sigmoid"
        }
    }

    private static func filter(_ kernel: Int, _ stride: Int, _ dilation: Int) -> String {
        "\(kernel)×\(kernel)" + (stride > 1 ? ", stride \(stride)" : "") + (dilation > 1 ? ", dilation \(dilation)" : "")
    }
}
