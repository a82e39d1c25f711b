import RoadScenes
import Store

/// What a bundle was measured at: its card for the history, and the pictures behind it that a bootstrap draws from.
public struct ModelScore: Sendable {
    public var card: ScoreCard
    /// One for each held-out picture, in their order.
    public var pictures: [ConfusionMatrix]
    /// The chance that a right held-out pixel's confidence is above a wrong one's, 0…1; nil where there are none of either.
    public var ranking: Double?

    public init(card: ScoreCard, pictures: [ConfusionMatrix], ranking: Double?) {
        precondition(!pictures.isEmpty, "a score of no pictures")
        (self.card, self.pictures, self.ranking) = (card, pictures, ranking)
    }

    /// All held-out pixels.
    public var all: ConfusionMatrix {
        var sum = ConfusionMatrix(classes: pictures[0].classes)
        for picture in pictures { sum.add(picture) }
        return sum
    }
}
