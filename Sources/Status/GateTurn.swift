/// One frame that the gate has looked at, and what came of it.
public struct GateTurn: Sendable, Codable, Equatable {
    /// Units: seconds since 1970.
    public var time: Double
    /// Its number in the source.
    public var frame: Int
    public var decision: GateDecision
    /// The share of pixels that would get a label, 0…1.
    public var selected: Double
    /// Over all pixels, 0…1.
    public var confidence: Double

    package init(
        time: Double, frame: Int, decision: GateDecision, selected: Double, confidence: Double
    ) {
        self.time = time
        self.frame = frame
        self.decision = decision
        self.selected = selected
        self.confidence = confidence
    }
}
