/// How well a calibrated model knows the road that it sees, by its own account.
public struct Familiarity: Sendable, Codable, Equatable {
    /// The share of the pixels that should be right, over the last looks, 0…1.
    public var expectedAccuracy: Double
    /// What 95 of 100 of the pictures that it was calibrated on reach, 0…1.
    public var usual: Double

    package init(expectedAccuracy: Double, usual: Double) {
        (self.expectedAccuracy, self.usual) = (expectedAccuracy, usual)
    }

    /// Whether it is less sure than on nearly all of what it has learned from.
    public var isUnfamiliar: Bool { expectedAccuracy < usual }

    enum CodingKeys: String, CodingKey {
        case expectedAccuracy = "expected_accuracy"
        case usual
    }
}
