import NeuralNetwork

/// The segmentation networks, under the names that bundles and commands know them by.
public enum Network: String, Sendable, CaseIterable {
    case paper
    case efficientNetLite0 = "efficientnet-lite0"
    case efficientNetLite1 = "efficientnet-lite1"
    case efficientNetLite2 = "efficientnet-lite2"
    case deepLabV2 = "deeplab-v2"

    /// - Throws: where no network has this name, with the names that there are.
    public init(named name: String) throws(NetworkError) {
        guard let network = Self(rawValue: name) else {
            throw NetworkError(
                "there is no network '\(name.prefix(80))', only \(Self.names).", remedy: "A newer version of Camber may have it.")
        }
        self = network
    }

    /// All of them, in a sentence.
    public static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// (3, H, W) → class scores (classes, H, W).
    public func graph(classes: Int) -> Graph {
        switch self {
        case .paper: SegmentationNetwork.graph(classes: classes)
        case .efficientNetLite0: EfficientNetLiteNetwork.graph(classes: classes, scale: .lite0)
        case .efficientNetLite1: EfficientNetLiteNetwork.graph(classes: classes, scale: .lite1)
        case .efficientNetLite2: EfficientNetLiteNetwork.graph(classes: classes, scale: .lite2)
        case .deepLabV2: DeepLabNetwork.graph(classes: classes)
        }
    }

    /// What the names of the encoder's parameters begin with: what can be trained without labels of pixels.
    public var encoderPrefixes: [String] {
        switch self {
        case .paper: ["initial.", "block", "transition"]
        case .efficientNetLite0, .efficientNetLite1, .efficientNetLite2, .deepLabV2: ["encoder."]
        }
    }

    /// A parameter whose shape tells the number of classes, and which of its extents does.
    var classifier: (parameter: String, axis: Int) {
        switch self {
        // A transposed convolution's weight is (in, out, …), a convolution's (out, in, …).
        case .paper, .efficientNetLite0, .efficientNetLite1, .efficientNetLite2: ("classify.weight", 1)
        case .deepLabV2: ("classify.0.weight", 0)
        }
    }

    public func isEncoder(_ parameter: String) -> Bool { encoderPrefixes.contains(where: parameter.hasPrefix) }

    /// Whether a parameter belongs to the layer whose outputs are the classes.
    public func isClassifier(_ parameter: String) -> Bool { parameter.hasPrefix("classify.") }
}
