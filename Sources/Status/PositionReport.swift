/// How the receiver that tells the position is doing.
public struct PositionReport: Sendable, Codable, Equatable {
    public enum Condition: String, Sendable, Codable, CaseIterable {
        /// Not there yet, or lost; tried again and again.
        case waiting
        /// It answers, and knows no position.
        case noFix = "no_fix"
        case fix
    }

    /// Where it is asked, such as 127.0.0.1:2947.
    public var source: String
    public var state: Condition
    /// The last one, as long as it counts.
    public var position: GeoPosition?
    /// Units: seconds since the last one came; nil before the first.
    public var age: Double?
    public var reconnects: Int
    /// Why there is none.
    public var problem: String?

    package init(
        source: String, state: Condition, position: GeoPosition? = nil, age: Double? = nil, reconnects: Int = 0,
        problem: String? = nil
    ) {
        (self.source, self.state, self.position, self.age) = (source, state, position, age)
        (self.reconnects, self.problem) = (reconnects, problem)
    }
}
