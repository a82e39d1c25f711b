import RoadScenes
import Store

/// What a bundle was measured at: its card for the history, and the pictures behind it that a bootstrap draws from.
public struct ModelScore: Sendable {
    public var card: ScoreCard
    /// One for each held-out picture, in their order.
    public var pictures: [ConfusionMatrix]
    /// The held-out pixels that the cycle would learn from.
    public var kept: ConfusionMatrix

    public init(card: ScoreCard, pictures: [ConfusionMatrix], kept: ConfusionMatrix) {
        (self.card, self.pictures, self.kept) = (card, pictures, kept)
    }

    /// All held-out pixels.
    public var all: ConfusionMatrix {
        var sum = ConfusionMatrix(classes: kept.classes)
        for picture in pictures { sum.add(picture) }
        return sum
    }
}
