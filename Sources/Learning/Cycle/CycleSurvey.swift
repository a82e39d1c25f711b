import Store

/// What a cycle would use.
public struct CycleSurvey: Sendable {
    /// The model to start from and to be compared with.
    public let incumbent: ModelEntry
    /// Frames of the spool, the newest first.
    public let learned: [SpoolItem]
    /// Frames that only judge, by stretches of road.
    public let keptBack: [[SpoolItem]]
    /// What is not used, each with the reason.
    public let leftOut: [String]
    /// How many labeled pictures are learned from besides.
    public let labeled: Int
    /// How many of those are learned from that people labeled of this road; nil without `learn.human`.
    public let humanLearned: Int?
    /// Labeled pictures that are too much like held-out ones, with the reason.
    public let labeledLeftOut: [String: String]
    /// The number of each held-out picture's stretch of road, from 0.
    public let heldOutStretches: [Int]
}
