/// What a caller may want to act on by itself.
public enum ErrorCode: String, Sendable, Codable {
    /// Nothing that a program could act on.
    case failed
    /// What was asked for makes no sense.
    case invalid
    /// Nothing of that name is there.
    case missing
    /// It goes against what is so: already running, nothing to go back to.
    case conflict
    /// It cannot be done now.
    case refused
    /// Another process holds it.
    case busy
    /// It is there, but not whole or not what it should be.
    case damaged
    /// The disk has no room left.
    case noSpace
    /// The disk cannot be written to.
    case readOnly
    /// This user may not do it.
    case notPermitted
    /// Somebody asked for it to end.
    case stopped
    /// The loss or a weight is no longer a finite number.
    case diverged
}
