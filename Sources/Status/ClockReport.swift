/// How far the times in names and records can be believed.
public struct ClockReport: Sendable, Codable, Equatable {
    public enum Condition: String, Sendable, Codable {
        case set
        /// It says a time before this program was written.
        case unset
    }

    public var state = Condition.set
    /// Whether something keeps it in step, as far as the system knows.
    public var isSynchronized = false
    /// How often it was set since the daemon's start: what was stamped before has another time.
    public var jumps = 0
    /// Units: seconds forward, or back where negative; nil before the first.
    public var lastJump: Double?

    package init(
        state: Condition = Condition.set, isSynchronized: Bool = false, jumps: Int = 0, lastJump: Double? = nil
    ) {
        self.state = state
        self.isSynchronized = isSynchronized
        self.jumps = jumps
        self.lastJump = lastJump
    }

    enum CodingKeys: String, CodingKey {
        case state, jumps
        case isSynchronized = "synchronized"
        case lastJump = "last_jump"
    }
}
