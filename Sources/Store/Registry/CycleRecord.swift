import Foundation

/// What one run of the learner did, and why it ended as it did.
public struct CycleRecord: Sendable, Equatable, Codable, Identifiable {
    /// From `ModelRegistry.nextCycle()`.
    public var id: Int
    public var startedAt: Date
    public var endedAt: Date
    /// The registry's number of the model that was current.
    public var incumbent: Int
    /// The registry's number of the model that was made; nil where none was.
    public var candidate: Int?
    public var promoted: Bool
    /// Why it was promoted, rejected or not even made, in words.
    public var reason: String
    public var incumbentCard: ScoreCard
    public var candidateCard: ScoreCard?
    /// Exactly what the candidate was trained on.
    public var items: [String]
    /// The training loss, one value an epoch.
    public var lossCurve: [Double]
    /// Units: seconds of work, without the time between interruptions.
    public var seconds: Double
    /// What was not learned from, each with the reason; nil in records of older versions.
    public var leftOut: [String]?

    /// The first and weightiest of its reasons: a sentence, or what is before its first semicolon.
    public var mainReason: String {
        let end = reason.firstRange(of: #/[.] (?=[A-Z])|; /#)
        let first = end.map { String(reason[..<$0.lowerBound]) } ?? reason
        return first.hasSuffix(".") ? first : first + "."
    }

    public init(
        id: Int, startedAt: Date, endedAt: Date, incumbent: Int, candidate: Int?, promoted: Bool, reason: String,
        incumbentCard: ScoreCard, candidateCard: ScoreCard?, items: [String], lossCurve: [Double], seconds: Double,
        leftOut: [String]? = nil
    ) {
        self.id = id
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.incumbent = incumbent
        self.candidate = candidate
        self.promoted = promoted
        self.reason = reason
        self.incumbentCard = incumbentCard
        self.candidateCard = candidateCard
        self.items = items
        self.lossCurve = lossCurve
        self.seconds = seconds
        self.leftOut = leftOut
    }
}
