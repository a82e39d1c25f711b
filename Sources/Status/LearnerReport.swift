/// How the learner is doing that this daemon starts.
public struct LearnerReport: Sendable, Codable, Equatable {
    public enum Condition: String, Sendable, Codable {
        case idle, running
    }

    public var state: Condition
    /// Of the running process.
    public var pid: Int32?
    /// Since the daemon's start.
    public var started: Int
    /// How the last one ended, in words; nil before that.
    public var lastExit: String?
    /// Units: seconds until the next one; nil where none is scheduled.
    public var next: Double?

    package init(
        state: Condition, pid: Int32? = nil, started: Int = 0, lastExit: String? = nil, next: Double? = nil
    ) {
        self.state = state
        self.pid = pid
        self.started = started
        self.lastExit = lastExit
        self.next = next
    }

    enum CodingKeys: String, CodingKey {
        case state, pid, started, next
        case lastExit = "last_exit"
    }
}
