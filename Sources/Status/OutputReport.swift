/// How an output is doing.
public struct OutputReport: Sendable, Codable, Equatable {
    public enum Condition: String, Sendable, Codable {
        case working
        /// One frame has been in the writing for seconds.
        case blocked
        /// The last attempt failed; it will be tried again.
        case failed
    }

    public var name: String
    public var state: Condition
    public var written: Int
    /// Frames that this output did not write because it was slow or had failed.
    public var dropped: Int
    /// Of those written, the ones with parts missing.
    public var damaged: Int
    public var problem: String?
    /// Of an output of events; nil of any other.
    public var events: EventReport?

    package init(
        name: String, state: Condition, written: Int, dropped: Int, damaged: Int, problem: String? = nil,
        events: EventReport? = nil
    ) {
        self.name = name
        self.state = state
        self.written = written
        self.dropped = dropped
        self.damaged = damaged
        self.problem = problem
        self.events = events
    }
}
