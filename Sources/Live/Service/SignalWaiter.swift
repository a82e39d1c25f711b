import Glibc

/// Takes signals on the thread that asks, instead of interrupting whichever thread is running.
///
/// Make it before any other thread: those inherit what is blocked.
public struct SignalWaiter: Sendable {
    private let signals: [Int32]

    public init(_ signals: [Int32]) {
        self.signals = signals
        var set = Self.set(signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next signal; nil where none came in `time`.
    public func wait(for time: Duration) -> Int32? {
        var set = Self.set(signals)
        let (seconds, attoseconds) = time.components
        var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        let signal = sigtimedwait(&set, nil, &limit)
        return signal > 0 ? signal : nil
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}
