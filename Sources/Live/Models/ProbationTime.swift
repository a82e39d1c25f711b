/// How much of a probation is left. Only time in which frames come and show something new counts: a model that has labeled nothing, or one
/// picture again and again, has passed nothing.
struct ProbationTime {
    /// Of a longer wait between two frames only so much counts.
    static let longestWait = Duration.seconds(10)

    private(set) var left: Duration
    /// How many frames had been delivered when they were counted last, and when that was.
    private var counted: (frames: Int, at: Duration)

    init(_ left: Duration, frames: Int, now: Duration) {
        (self.left, counted) = (left, (frames, now))
    }

    /// - Parameters:
    ///   - frames: delivered since the start.
    ///   - isFrozen: whether they show the same again and again, as of a car that is parked: nothing is compared on these.
    mutating func count(frames: Int, isFrozen: Bool = false, now: Duration) {
        guard frames > counted.frames else { return }
        if !isFrozen { left = max(.zero, left - min(now - counted.at, Self.longestWait)) }
        counted = (frames, now)
    }
}
