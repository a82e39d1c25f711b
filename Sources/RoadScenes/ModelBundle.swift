import NeuralNetwork

/// One model as one file: both networks, the classes, how frames are normalised, and how the model was made.
public struct ModelBundle: Sendable {
    /// Which of the segmentation networks it holds.
    public let network: Network
    public let classes: ClassSet
    /// The size the networks were made for; others work too.
    public let inputSize: Graph.Size
    /// Red, green and blue; of values 0…1.
    public let mean: [Float]
    /// Red, green and blue; of values 0…1.
    public let deviation: [Float]
    /// Tensors of `network`'s graph, by parameter name.
    public let segmentation: [String: Tensor]
    /// Tensors of `AuxiliaryNetwork.graph`, by parameter name.
    public let auxiliary: [String: Tensor]
    /// Whether confidence means something; an untrained auxiliary network only keeps the place.
    public let auxiliaryIsTrained: Bool
    /// Makes confidence the chance of being right; nil where it was never measured, or no longer holds.
    public let calibration: ConfidenceCalibration?
    /// What was measured when it was made, such as `miou`: 0…1.
    public var metrics: [String: Double]
    public var lineage: Lineage

    /// The statistics of ImageNet, which most road networks are normalised with.
    public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
    public static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]

    /// Takes over checked parts.
    ///
    /// - Parameter auxiliary: nil makes deterministic starting values and a bundle that says they are untrained.
    /// - Throws: where a tensor is missing, unknown, misshapen or not finite, or another part is out of its range.
    public init(
        network: Network = .paper, classes: ClassSet, inputSize: Graph.Size, mean: [Float] = imageNetMean,
        deviation: [Float] = imageNetDeviation,
        segmentation: [String: Tensor], auxiliary: [String: Tensor]? = nil, auxiliaryIsTrained: Bool = true,
        calibration: ConfidenceCalibration? = nil, metrics: [String: Double] = [:], lineage: Lineage = Lineage()
    ) throws(NetworkError) {
        self.network = network
        self.classes = classes
        self.inputSize = inputSize
        self.mean = mean
        self.deviation = deviation
        self.segmentation = segmentation
        self.auxiliary = auxiliary ?? Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: max(classes.count, 1)), seed: 1)
        self.auxiliaryIsTrained = auxiliary != nil && auxiliaryIsTrained
        self.calibration = self.auxiliaryIsTrained ? calibration : nil
        self.metrics = metrics
        self.lineage = lineage
        try validate()
    }

    /// The same classes and pictures with other networks.
    ///
    /// - Parameters:
    ///   - segmentation: the tensors of a new segmentation network; what was measured of the one before is left out with it.
    ///   - auxiliary: the tensors of a trained auxiliary network; the calibration of the one before is left out with it.
    public func replacing(
        segmentation: [String: Tensor]? = nil, auxiliary: [String: Tensor]? = nil, calibration: ConfidenceCalibration? = nil,
        lineage: Lineage? = nil
    ) throws(NetworkError) -> ModelBundle {
        let isSame = segmentation == nil && auxiliary == nil
        return try ModelBundle(
            network: network, classes: classes, inputSize: inputSize, mean: mean, deviation: deviation,
            segmentation: segmentation ?? self.segmentation, auxiliary: auxiliary ?? self.auxiliary,
            auxiliaryIsTrained: auxiliary != nil || auxiliaryIsTrained,
            calibration: calibration ?? (isSame ? self.calibration : nil),
            metrics: segmentation == nil ? metrics : [:], lineage: lineage ?? (segmentation == nil ? self.lineage : Lineage()))
    }

    public var segmentationGraph: Graph { graph(of: .segmentation) }
    public var auxiliaryGraph: Graph { graph(of: .auxiliary) }
    public func graph(of part: Part) -> Graph { part.graph(network, classes: classes.count) }

    /// The tensors of one network, by parameter name.
    public func tensors(of part: Part) -> [String: Tensor] {
        switch part {
        case .segmentation: segmentation
        case .auxiliary: auxiliary
        }
    }

    /// A 64-bit fingerprint of both networks' tensors, as 16 hexadecimal digits: tells models apart whatever their
    /// metadata says, and is no protection against forgery.
    ///
    /// Computed anew at every call: about 20 ms.
    public var fingerprint: String { Weights.fingerprint(of: weights.tensors) }

    /// All tensors under the names they have in the file.
    var weights: Weights {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in segmentation { tensors[Part.segmentation.prefix + name] = tensor }
        for (name, tensor) in auxiliary { tensors[Part.auxiliary.prefix + name] = tensor }
        return Weights(tensors: tensors)
    }

    /// The two networks in a bundle.
    public enum Part: String, Sendable, CaseIterable, Codable {
        case segmentation, auxiliary

        var prefix: String { rawValue + "." }
    }
}
