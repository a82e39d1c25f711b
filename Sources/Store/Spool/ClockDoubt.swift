/// Why the time of a frame may be wrong: the state of this machine's clock when it was taken.
public enum ClockDoubt: String, Sendable, Codable {
    /// It said a time before this program was written.
    case unset
    /// Nothing kept it in step with another clock, as far as the system knew.
    case unsynchronized
}
