import RoadScenes
import Store

/// What a bundle was measured at: its card for the history, and the pictures behind it that a bootstrap draws from.
public struct ModelScore: Sendable {
    public var card: ScoreCard
    /// One for each stretch of road that the held-out pictures show.
    public var stretches: [ConfusionMatrix]
    /// The chance that a right held-out pixel's confidence is above a wrong one's, 0…1; nil where there are none of either.
    public var ranking: Double?
    /// On frames that were kept back from learning; nil where there are too few, or the bundle is not calibrated.
    public var road: RoadScore?
    /// On what people labeled of the new road and nothing was learned from; nil where there is nothing.
    public var human: HumanScore?

    public init(
        card: ScoreCard, stretches: [ConfusionMatrix], ranking: Double?, road: RoadScore? = nil, human: HumanScore? = nil
    ) {
        precondition(!stretches.isEmpty, "a score of no pictures")
        (self.card, self.stretches, self.ranking, self.road, self.human) = (card, stretches, ranking, road, human)
    }

    /// All held-out pixels.
    public var all: ConfusionMatrix {
        stretches.reduce(into: ConfusionMatrix(classes: stretches[0].classes, unknown: stretches[0].unknown)) { $0.add($1) }
    }
}
