/// Monotonic time for pacing and latency; tests bring their own.
///
/// Units: time since an arbitrary origin, the same for every thread.
public protocol PacingClock: AnyObject, Sendable {
    var now: Duration { get }

    /// Blocks until `deadline` or until `stop` is set. False when stopped.
    func sleep(until deadline: Duration, unless stop: StopSignal) -> Bool
}
