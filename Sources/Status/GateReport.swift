/// How the gate is doing.
public struct GateReport: Sendable, Codable, Equatable {
    /// Turns by what came of them, by `GateDecision`.
    public var decisions: [String: Int]
    /// Of one processor, since the start: 0…1.
    public var cpu: Double
    /// Of the last frame that was looked at, 0…1; nil before the first.
    public var selected: Double?
    public var confidence: Double?
    /// Why the spool takes nothing, as long as that is so.
    public var problem: String?
    /// The last frames that were looked at, newest first.
    public var recent: [GateTurn]
    /// Nil where the model is not calibrated, or has not looked at enough frames.
    public var familiarity: Familiarity?

    package init(
        decisions: [String: Int], cpu: Double = 0, selected: Double? = nil, confidence: Double? = nil, problem: String? = nil,
        recent: [GateTurn] = [], familiarity: Familiarity? = nil
    ) {
        self.decisions = decisions
        self.cpu = cpu
        self.selected = selected
        self.confidence = confidence
        self.problem = problem
        self.recent = recent
        self.familiarity = familiarity
    }

    public var spooled: Int { decisions[GateDecision.spooled.rawValue] ?? 0 }
}
