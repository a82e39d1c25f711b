import NeuralNetwork
import RoadScenes

/// How a network is trained; every number is in the recipe's file, and every one can be overridden.
public struct Recipe: Sendable, Equatable, Codable {
    public enum OptimizerKind: String, Sendable, Codable, CaseIterable {
        case sgd, adam, adamw
    }

    /// Which weights a segmentation network's training with the recipe may start from.
    public enum Start: String, Sendable, Codable, CaseIterable {
        /// Random ones, or an encoder's: rates that are right for these undo what a trained bundle has learned.
        case random
        /// A trained bundle's: rates too low to get anywhere from random ones.
        case bundle
        case any
    }

    /// What both networks' trainings have in common.
    public struct Stage: Sendable, Equatable, Codable {
        public var epochs: Int
        public var batch: Int
        public var learningRate: Float
        public var weightDecay: Float
        /// Class weights are 1 / ln(offset + share of the class's pixels).
        public var classWeightOffset: Double
        /// How much the Lovász-Softmax loss, which stands for 1 − mIoU, adds to the segmentation network's cross entropy; nothing where nil.
        ///
        /// Source: Berman et al., "The Lovász-Softmax loss".
        public var lovasz: Float?
        /// Pixels of a training sample.
        public var cropWidth: Int
        public var cropHeight: Int
        /// Factors, one of which is drawn for each sample; without them, `scaleRange`.
        public var scales: [Double]?
        /// Lowest and highest of all factors that may be drawn, instead of `scales`.
        public var scaleRange: [Double]?
        public var flip: Bool
        /// How far a crop may reach beyond the picture, in pixels.
        public var translation: Int
        /// Largest change of a sample's saturation, contrast and brightness, 0..<1; without it colours stay as they are.
        public var colorJitter: Float?
        /// Strength of strong changes of light and colour, 0…1; see `Augmentation.photometric`. Without it there are none.
        public var photometric: Float?
        /// Parts of one sample pasted into another; without it there are none.
        public var mix: SampleMix.Kind?
        /// Of the samples, 0…1, that get something pasted; a half where nil.
        public var mixShare: Float?
        /// Epochs between two evaluations on held-out labels.
        public var evaluateEvery: Int
        /// Share of the past in the moving average of the weights, 0..<1, such as 0.999; without it the last weights are kept.
        public var average: Float?
        /// Where nil, SGD of the segmentation network and Adam of the auxiliary one, which SGD does not train.
        public var optimizer: OptimizerKind?
        /// How the learning rate falls; where nil, `poly` of the segmentation network and `constant` of the auxiliary one.
        public var schedule: RateSchedule.Shape?
        /// Steps in which the learning rate rises to where it starts.
        public var warmupSteps: Int?
        /// What the encoder's learning rate is of the others', 0…1; AdamW only. 1 where nil.
        public var encoderRate: Float?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case epochs, batch, lovasz, scales, flip, translation, photometric, mix, average, optimizer, schedule
            case learningRate = "learning_rate"
            case weightDecay = "weight_decay"
            case classWeightOffset = "class_weight_offset"
            case cropWidth = "crop_width"
            case cropHeight = "crop_height"
            case scaleRange = "scale_range"
            case colorJitter = "color_jitter"
            case mixShare = "mix_share"
            case evaluateEvery = "evaluate_every"
            case warmupSteps = "warmup_steps"
            case encoderRate = "encoder_rate"
        }
    }

    public var name: String
    /// Nil where every start will do.
    public var startsFrom: Start?
    public var segmentation: Stage
    public var auxiliary: Stage
    public var momentum: Float
    /// Of the poly schedule.
    public var power: Double
    /// Confidence from which on a pixel gets a pseudo-label; 0…1.
    public var confidenceThreshold: Double
    /// How much of the weights of the bundle that a segmentation network's training started from the result keeps, 0..<1; none where nil.
    ///
    /// Source: Wortsman et al., "Robust fine-tuning of zero-shot models".
    public var keep: Float?
    /// What stage 3 adds to the paper's; nothing where nil.
    public var retraining: Retraining?
    /// Samples that the calibration of confidence looks at; `CalibrationTraining.usualSamples` where nil.
    public var calibrationSamples: Int?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, segmentation, auxiliary, momentum, power, keep, retraining
        case startsFrom = "starts_from"
        case confidenceThreshold = "confidence_threshold"
        case calibrationSamples = "calibration_samples"
    }
}
