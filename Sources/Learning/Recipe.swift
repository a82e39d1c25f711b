/// How a network is trained; every number is in the recipe's file, and every one can be overridden.
public struct Recipe: Sendable, Equatable, Codable {
    public enum OptimizerKind: String, Sendable, Codable {
        case sgd, adam
    }

    /// What both networks' trainings have in common.
    public struct Stage: Sendable, Equatable, Codable {
        public var epochs: Int
        public var batch: Int
        public var learningRate: Float
        public var weightDecay: Float
        /// Class weights are 1 / ln(offset + share of the class's pixels).
        public var classWeightOffset: Double
        /// Pixels of a training sample.
        public var cropWidth: Int
        public var cropHeight: Int
        public var scales: [Double]
        public var flip: Bool
        /// How far a crop may reach beyond the picture, in pixels.
        public var translation: Int
        /// Largest change of a sample's saturation, contrast and brightness, 0..<1; without it colours stay as they are.
        public var colorJitter: Float?
        /// Epochs between two evaluations on held-out labels.
        public var evaluateEvery: Int
        /// Share of the past in the moving average of the weights, 0..<1, such as 0.999; without it the last weights are kept.
        public var average: Float?
        /// Of the segmentation network; SGD where nil. The auxiliary network is always trained by Adam.
        public var optimizer: OptimizerKind?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case epochs, batch, learningRate, weightDecay, classWeightOffset, cropWidth, cropHeight, scales, flip, translation
            case colorJitter, evaluateEvery, average, optimizer
        }
    }

    public var name: String
    public var segmentation: Stage
    public var auxiliary: Stage
    public var momentum: Float
    /// Of the poly schedule.
    public var power: Double
    /// Confidence from which on a pixel gets a pseudo-label; 0…1.
    public var confidenceThreshold: Double

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, segmentation, auxiliary, momentum, power, confidenceThreshold
    }

    /// - Throws: where a number is out of its range; `source` stands for the recipe in the error.
    public func validate(_ source: String) throws(LearningError) {
        for (name, stage) in [("segmentation", segmentation), ("auxiliary", auxiliary)] {
            let ranges: [(String, Double, ClosedRange<Double>)] = [
                ("epochs", Double(stage.epochs), 1...100_000), ("batch", Double(stage.batch), 1...256),
                ("learningRate", Double(stage.learningRate), 1e-9...100), ("weightDecay", Double(stage.weightDecay), 0...1),
                ("classWeightOffset", stage.classWeightOffset, 1.0001...100), ("cropWidth", Double(stage.cropWidth), 32...4096),
                ("cropHeight", Double(stage.cropHeight), 32...4096), ("translation", Double(stage.translation), 0...4096),
                ("evaluateEvery", Double(stage.evaluateEvery), 1...100_000),
                ("average", Double(stage.average ?? 0), 0...0.999999), ("colorJitter", Double(stage.colorJitter ?? 0), 0...0.99),
            ]
            for (key, value, range) in ranges where !range.contains(value) {
                throw LearningError(
                    "Cannot use the recipe \(source): \(name).\(key) is \(value), not in \(range.lowerBound)…\(range.upperBound)."
                )
            }
            guard !stage.scales.isEmpty, stage.scales.allSatisfy({ (0.1...8).contains($0) }) else {
                throw LearningError(
                    "Cannot use the recipe \(source): \(name).scales are \(stage.scales), not one or more in 0.1…8.")
            }
        }
        guard auxiliary.optimizer != .sgd else {
            throw LearningError(
                "Cannot use the recipe \(source): auxiliary.optimizer is sgd, and the auxiliary network is trained by Adam.")
        }
        guard (0..<1).contains(momentum), (0...10).contains(power), (0...1).contains(confidenceThreshold) else {
            throw LearningError(
                "Cannot use the recipe \(source): momentum \(momentum), power \(power) or confidenceThreshold \(confidenceThreshold) is out of its range.",
                remedy: "Momentum lies in 0..<1, power in 0…10, confidenceThreshold in 0…1.")
        }
    }
}
