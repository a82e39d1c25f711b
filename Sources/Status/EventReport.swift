/// What an output of events has kept.
public struct EventReport: Sendable, Codable, Equatable {
    /// One that is whole.
    public struct Event: Sendable, Codable, Equatable {
        /// Several where the source changed meanwhile, or the limits asked for it.
        public var files: [String]
        /// Units: seconds since 1970; when it was marked first.
        public var marked: Double
        /// Units: seconds of video.
        public var seconds: Double
        /// Who or what marked it, in words.
        public var marks: [String]

        package init(files: [String], marked: Double, seconds: Double, marks: [String]) {
            (self.files, self.marked, self.seconds, self.marks) = (files, marked, seconds, marks)
        }
    }

    /// Since the start.
    public var kept: Int
    /// Nil before the first.
    public var last: Event?
    /// The file that is being written, under the name that it will have; nil while nothing is.
    public var recording: String?
    /// Units: seconds and bytes that are in memory now, for the time before the next mark.
    public var heldSeconds: Double
    public var heldBytes: Int
    /// Why nothing is kept, as long as that is so.
    public var problem: String?

    package init(
        kept: Int = 0, last: Event? = nil, recording: String? = nil, heldSeconds: Double = 0, heldBytes: Int = 0,
        problem: String? = nil
    ) {
        (self.kept, self.last, self.recording) = (kept, last, recording)
        (self.heldSeconds, self.heldBytes, self.problem) = (heldSeconds, heldBytes, problem)
    }

    enum CodingKeys: String, CodingKey {
        case kept, last, recording, problem
        case heldSeconds = "held_seconds"
        case heldBytes = "held_bytes"
    }
}
