/// How good a model is, as measured on held-out labels and on recent frames.
public struct ScoreCard: Sendable, Equatable, Codable {
    /// Mean intersection over union: 0…1.
    public var miou: Double
    public var pixelAccuracy: Double
    /// By class name; classes without pixels are left out.
    public var iou: [String: Double]
    /// The auxiliary network's mean confidence: 0…1.
    public var meanConfidence: Double
    /// The share of pixels above the threshold: 0…1.
    public var selectedRatio: Double
    /// The share of pixels that the model gives each class, in the order of their indices.
    public var classShares: [Double]
    public var millisecondsPerFrame: Double
    /// The share of pixels on recent frames that get the incumbent's label too; nil for the incumbent.
    public var agreement: Double?
    /// The share of the pixels that should be right on frames of the road that were kept back from learning; nil where there are too few.
    public var expectedAccuracy: Double?
    /// The share of the pixels there that keep their class from one frame to the next.
    public var steadiness: Double?
    /// Mean intersection over union on what people labeled of the road and nothing was learned from; nil where there is nothing.
    public var humanMiou: Double?

    public init(
        miou: Double, pixelAccuracy: Double, iou: [String: Double], meanConfidence: Double, selectedRatio: Double,
        classShares: [Double], millisecondsPerFrame: Double, agreement: Double? = nil, expectedAccuracy: Double? = nil,
        steadiness: Double? = nil, humanMiou: Double? = nil
    ) {
        self.miou = miou
        self.pixelAccuracy = pixelAccuracy
        self.iou = iou
        self.meanConfidence = meanConfidence
        self.selectedRatio = selectedRatio
        self.classShares = classShares
        self.millisecondsPerFrame = millisecondsPerFrame
        self.agreement = agreement
        self.expectedAccuracy = expectedAccuracy
        self.steadiness = steadiness
        self.humanMiou = humanMiou
    }
}
