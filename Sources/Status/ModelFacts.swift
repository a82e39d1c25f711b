/// Names a model in reports and status.
public struct ModelFacts: Sendable, Equatable, Codable {
    /// The bundle's file.
    public var file: String
    /// In the registry; nil where it comes from elsewhere.
    public var number: Int?
    /// As `ModelBundle.fingerprint`.
    public var fingerprint: String
    /// Whether the auxiliary network's confidence means something.
    public var isConfidenceTrained: Bool
    public var classes: [String]
    /// Units: pixels that the network sees.
    public var width: Int
    public var height: Int

    enum CodingKeys: String, CodingKey {
        case file, number, fingerprint, classes, width, height
        case isConfidenceTrained = "confidence_trained"
    }

    public init(
        file: String, number: Int? = nil, fingerprint: String, isConfidenceTrained: Bool, classes: [String], width: Int,
        height: Int
    ) {
        (self.file, self.number, self.fingerprint) = (file, number, fingerprint)
        self.isConfidenceTrained = isConfidenceTrained
        (self.classes, self.width, self.height) = (classes, width, height)
    }
}
