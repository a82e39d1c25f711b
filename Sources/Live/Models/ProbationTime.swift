/// How much of a probation is left. Only time in which frames come counts: a model that has labeled nothing has passed nothing.
struct ProbationTime {
    /// Of a longer wait between two frames only so much counts.
    static let longestWait = Duration.seconds(10)

    private(set) var left: Duration
    /// How many frames had been delivered when they were counted last, and when that was.
    private var counted: (frames: Int, at: Duration)

    init(_ left: Duration, frames: Int, now: Duration) {
        (self.left, counted) = (left, (frames, now))
    }

    /// - Parameter frames: delivered since the start.
    mutating func count(frames: Int, now: Duration) {
        guard frames > counted.frames else { return }
        left = max(.zero, left - min(now - counted.at, Self.longestWait))
        counted = (frames, now)
    }
}
