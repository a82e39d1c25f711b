import Foundation
import NeuralNetwork

/// The metadata of a bundle's file: one text an entry, JSON where it has parts. Readers ignore entries they do not know,
/// so that new ones need no new format version; that only changes when old readers would go wrong.
extension ModelBundle {
    /// The newest format that this program writes and reads.
    public static let formatVersion = 1

    private enum Key: String {
        case formatVersion = "camber.format"
        case network, classes
        case inputSize = "input_size"
        case mean, deviation, metrics, lineage, calibration
        case auxiliaryIsTrained = "auxiliary_trained"
    }

    /// Reads a bundle and checks all of it against both networks.
    ///
    /// - Throws: where the file is damaged, no bundle, from a newer version, or does not fit the networks.
    public init(contentsOf path: String) throws(NetworkError) {
        try self.init(Weights(contentsOf: path), name: path)
    }

    /// Makes a bundle of a file's tensors and metadata; `name` stands for the file in errors.
    public init(_ file: Weights, name: String) throws(NetworkError) {
        do throws(NetworkError) {
            let metadata = file.metadata
            try Self.checkFormat(metadata)
            var tensors: [Part: [String: Tensor]] = [:]
            for (tensorName, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
                guard let part = Part.allCases.first(where: { tensorName.hasPrefix($0.prefix) }) else {
                    throw NetworkError("\(tensorName) belongs to neither network.", remedy: Self.remedy)
                }
                tensors[part, default: [:]][String(tensorName.dropFirst(part.prefix.count))] = tensor
            }
            try self.init(
                network: Self.network(metadata) ?? .paper,
                classes: ClassSet(Self.decode([ClassSet.Member].self, .classes, metadata)),
                inputSize: Self.size(metadata),
                mean: Self.decode([Float].self, .mean, metadata),
                deviation: Self.decode([Float].self, .deviation, metadata),
                segmentation: tensors[.segmentation] ?? [:],
                auxiliary: tensors[.auxiliary] ?? [:],
                auxiliaryIsTrained: Self.decode(Bool.self, .auxiliaryIsTrained, metadata),
                calibration: metadata[Key.calibration.rawValue] == nil
                    ? nil : Self.decode(ConfidenceCalibration.self, .calibration, metadata),
                metrics: metadata[Key.metrics.rawValue] == nil ? [:] : Self.decode([String: Double].self, .metrics, metadata),
                lineage: metadata[Key.lineage.rawValue] == nil ? Lineage() : Self.decode(Lineage.self, .lineage, metadata))
        } catch {
            throw NetworkError("Cannot use \(name): \(error.problem)", remedy: error.remedy)
        }
    }

    /// Writes the bundle under a temporary name in the same folder, syncs it and gives it its name.
    public func write(to path: String, precision: Weights.Precision = .float32) throws(NetworkError) {
        var file = weights
        file.metadata = metadata
        try file.write(to: path, precision: precision)
    }

    static let remedy = "Was it made by another version? 'camber models show' prints what a bundle holds."

    private var metadata: [String: String] {
        var metadata = [
            Key.formatVersion.rawValue: String(Self.formatVersion),
            Key.network.rawValue: network.rawValue,
            Key.classes.rawValue: Self.encode(classes.members),
            Key.inputSize.rawValue: "\(inputSize.width)x\(inputSize.height)",
            Key.mean.rawValue: Self.encode(mean),
            Key.deviation.rawValue: Self.encode(deviation),
            Key.auxiliaryIsTrained.rawValue: Self.encode(auxiliaryIsTrained),
        ]
        if let calibration { metadata[Key.calibration.rawValue] = Self.encode(calibration) }
        if !metrics.isEmpty { metadata[Key.metrics.rawValue] = Self.encode(metrics) }
        if lineage != Lineage() { metadata[Key.lineage.rawValue] = Self.encode(lineage) }
        return metadata
    }

    static func isBundle(_ file: Weights) -> Bool { file.metadata[Key.formatVersion.rawValue] != nil }

    /// Nil where the metadata does not name one: bundles are of the paper's network then.
    static func network(_ metadata: [String: String]) throws(NetworkError) -> Network? {
        guard let name = metadata[Key.network.rawValue] else { return nil }
        return try Network(named: name)
    }

    /// Nil where the metadata has none.
    static func mean(_ metadata: [String: String]) throws(NetworkError) -> [Float]? {
        metadata[Key.mean.rawValue] == nil ? nil : try decode([Float].self, .mean, metadata)
    }

    /// Nil where the metadata has none.
    static func deviation(_ metadata: [String: String]) throws(NetworkError) -> [Float]? {
        metadata[Key.deviation.rawValue] == nil ? nil : try decode([Float].self, .deviation, metadata)
    }

    private static func checkFormat(_ metadata: [String: String]) throws(NetworkError) {
        guard let text = metadata[Key.formatVersion.rawValue] else {
            throw NetworkError(
                "it is no bundle: the metadata \(Key.formatVersion.rawValue) is missing.",
                remedy: "'camber models import' makes a bundle of a plain state_dict.")
        }
        guard let version = Int(text), version > 0 else {
            throw NetworkError("its format version is '\(text)', not a number.", remedy: remedy)
        }
        guard version <= formatVersion else {
            throw NetworkError(
                "it has format version \(version), this program reads up to \(formatVersion).",
                remedy: "Update Camber, or export the bundle with the version that made it.")
        }
    }

    private static func size(_ metadata: [String: String]) throws(NetworkError) -> Graph.Size {
        let text = metadata[Key.inputSize.rawValue] ?? ""
        guard let size = Graph.Size(widthByHeight: text) else {
            throw NetworkError("its \(Key.inputSize.rawValue) is '\(text)', not a size like 480x360.", remedy: remedy)
        }
        return size
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ key: Key, _ metadata: [String: String]
    ) throws(NetworkError) -> Value {
        guard let text = metadata[key.rawValue] else {
            throw NetworkError("its metadata \(key.rawValue) is missing.", remedy: remedy)
        }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw NetworkError("its metadata \(key.rawValue) cannot be read: \(text.prefix(80)).", remedy: remedy)
        }
    }

    private static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, finite numbers and lists of them: `validate` let nothing else in.
        guard let data = try? encoder.encode(value) else { preconditionFailure("\(value) has no JSON form") }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Graph.Size {
    /// A size as people write it: `480x360`, width first. Nil where the text is anything else.
    public init?(widthByHeight text: String) {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false)
        guard sides.count == 2, let width = Int(sides[0]), let height = Int(sides[1]), width > 0, height > 0 else { return nil }
        self.init(height: height, width: width)
    }
}
