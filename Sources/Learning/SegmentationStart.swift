import NeuralNetwork
import RoadScenes

/// The network that stage 1 trains, and what it starts from.
public struct SegmentationStart: Sendable {
    public let network: Network
    /// Random ones where nil.
    public var tensors: [String: Tensor]?
    /// All weights of a bundle for the same classes, of which a training's result may keep a share; nil without one.
    private(set) var known: [String: Tensor]?
    /// Of the pictures that the weights know, values 0…1.
    public var mean = ModelBundle.imageNetMean
    public var deviation = ModelBundle.imageNetDeviation
    /// The fingerprint of the bundle that the weights are from.
    public var parent: String?
    /// The weights' source and licence.
    public var note: String?
    /// What of its files it takes, for people; a sentence each.
    public var remarks: [String] = []

    public init(random network: Network) {
        self.network = network
    }

    /// All of a bundle's network, for the same classes.
    public init(continuing bundle: ModelBundle) {
        network = bundle.network
        (tensors, known) = (bundle.segmentation, bundle.segmentation)
        (mean, deviation, parent, note) = (bundle.mean, bundle.deviation, bundle.fingerprint, bundle.lineage.note)
    }

    /// A bundle's network; where it tells other classes apart, all of it but the classifier, which is random.
    ///
    /// - Parameters:
    ///   - name: stands for the bundle in errors and remarks.
    ///   - network: nil takes the bundle's.
    /// - Throws: where the bundle holds another network.
    public init(
        _ bundle: ModelBundle, name: String, network: Network?, classes: ClassSet, seed: UInt64
    ) throws(LearningError) {
        self.init(continuing: bundle)
        try Self.check(network, against: bundle.network, name)
        guard bundle.classes.names != classes.names else { return }
        var tensors = InitialWeights.random(for: self.network.graph(classes: classes.count), seed: seed)
        for (key, tensor) in bundle.segmentation where !self.network.isClassifier(key) { tensors[key] = tensor }
        (self.tensors, known) = (tensors, nil)
        remarks = [
            "\(name) tells other classes apart (\(bundle.classes.names.joined(separator: ", "))): "
                + "all of it is kept but the classifier, which starts anew."
        ]
    }

    /// Random weights but for an encoder that was trained elsewhere.
    ///
    /// - Parameters:
    ///   - name: stands for the encoder's file in errors and remarks.
    ///   - network: nil takes the one that the file names, the paper's where it names none.
    /// - Throws: where the encoder is of another network, or a tensor of it is missing, misshapen, or unknown.
    public init(
        _ encoder: TrainedEncoder, name: String, network: Network?, classes: ClassSet, seed: UInt64
    ) throws(LearningError) {
        try Self.check(network, against: encoder.network, name)
        self.init(random: network ?? encoder.network ?? .paper)
        let start = try InitialWeights.withEncoder(encoder, name: name, for: self.network, classes: classes.count, seed: seed)
        tensors = start.tensors
        (mean, deviation) = (encoder.mean ?? mean, encoder.deviation ?? deviation)
        (parent, note) = (encoder.fingerprint, encoder.note)
        remarks = ["From \(name): the encoder of \(self.network.rawValue), \(start.used.count) tensors."]
        if !start.unused.isEmpty {
            let names = start.unused.prefix(5).joined(separator: ", ") + (start.unused.count > 5 ? ", …" : "")
            remarks.append("Not of the encoder, left out: \(start.unused.count) tensors: \(names).")
        }
    }

    /// What a checkpoint must have begun with.
    var setup: String {
        "\(network.rawValue) \(mean) \(deviation) \(tensors.map(Weights.fingerprint(of:)) ?? "")"
    }

    private static func check(_ wanted: Network?, against network: Network?, _ name: String) throws(LearningError) {
        guard let wanted, let network, wanted != network else { return }
        throw LearningError(
            "\(name) is of the network \(network.rawValue), not \(wanted.rawValue).",
            remedy: "Leave --network out, or start from something else.")
    }
}

extension SegmentationStart {
    /// What lies between trained tensors and those of the bundle that they started from.
    ///
    /// - Parameter share: of the bundle's, 0..<1; nil keeps none.
    func keeping(_ share: Float?, in trained: [String: Tensor]) -> [String: Tensor] {
        guard let share, let known else { return trained }
        return trained.merging(known) { new, old in
            Tensor(shape: new.shape, values: zip(new.values, old.values).map { $0 + share * ($1 - $0) })
        }
    }
}
