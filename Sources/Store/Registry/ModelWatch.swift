/// How far a daemon is with watching the model that it runs, kept so that a restart does not end it.
public struct ModelWatch: Sendable, Equatable, Codable {
    static let format = 1

    private var format = Self.format
    /// Whose: the daemon's configuration file.
    public var watcher: String
    public var model: Int
    /// What it is compared with; nil where its time is over, or there was none before it.
    public var previous: Int?
    /// Units: seconds of probation that are left.
    public var remaining: Double
    /// Frames delivered and frames too late before it came, and how late most were. Units: milliseconds.
    public var frames: Int
    public var late: Int
    public var latency: Double

    public init(
        watcher: String, model: Int, previous: Int? = nil, remaining: Double = 0, frames: Int = 0, late: Int = 0,
        latency: Double = 0
    ) {
        (self.watcher, self.model, self.previous, self.remaining) = (watcher, model, previous, remaining)
        (self.frames, self.late, self.latency) = (frames, late, latency)
    }

    func isSound(_ watcher: String) -> Bool {
        format == Self.format && self.watcher == watcher && ModelFile.numbers.contains(model)
            && remaining >= 0 && remaining < 1e9 && latency >= 0 && frames >= 0 && late >= 0
    }
}
