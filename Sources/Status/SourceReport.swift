/// How the source is doing.
public struct SourceReport: Sendable, Codable, Equatable {
    public enum Condition: String, Sendable, Codable, CaseIterable {
        case opening
        case running
        /// Open, but no frame has come for longer than the stall timeout.
        case stalled
        /// Frames come, and their picture has been the same for longer than `frozen_after`.
        case frozen
        /// Lost; a new attempt comes after a pause.
        case waiting
        case ended
    }

    public var location: String
    public var state: Condition
    public var problem: String?
    public var reconnects: Int
    /// Units: pixels as displayed; nil before it was open.
    public var width: Int?
    public var height: Int?
    /// Nominal frames per second; 0 where the source does not say.
    public var fps: Double?
    /// Units: seconds.
    public var lastFrameAge: Double?
    /// Units: seconds for which the picture has been the same; nil where nobody looks.
    public var unchanged: Double?
    /// What was assumed, left out or found odd when it was opened and read; nil where nothing was.
    public var notices: [String]?

    package init(
        location: String, state: Condition, problem: String? = nil, reconnects: Int = 0, width: Int? = nil, height: Int? = nil,
        fps: Double? = nil, lastFrameAge: Double? = nil, unchanged: Double? = nil, notices: [String]? = nil
    ) {
        self.location = location
        self.state = state
        self.problem = problem
        self.reconnects = reconnects
        self.width = width
        self.height = height
        self.fps = fps
        self.lastFrameAge = lastFrameAge
        self.unchanged = unchanged
        self.notices = notices
    }

    enum CodingKeys: String, CodingKey {
        case location, state, problem, reconnects, width, height, fps, unchanged, notices
        case lastFrameAge = "last_frame_age"
    }
}
