import Synchronization

/// A flag that is set once, and that threads can sleep on.
///
/// Threading: any.
// Safe to send: the flag is atomic, the monitor is made for sharing.
public final class StopSignal: @unchecked Sendable {
    private let monitor = Monitor()
    private let flag = Atomic(false)

    public init() {}

    public var isSet: Bool { flag.load(ordering: .acquiring) }

    public func set() {
        monitor.locked {
            flag.store(true, ordering: .releasing)
            monitor.wakeAll()
        }
    }

    /// Blocks until the flag is set or `deadline` of the monotonic clock has passed. True when set.
    public func wait(until deadline: Duration? = nil) -> Bool {
        monitor.locked {
            while !isSet {
                if !monitor.wait(until: deadline) { return isSet }
            }
            return true
        }
    }
}
