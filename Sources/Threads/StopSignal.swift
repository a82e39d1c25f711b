import Synchronization

/// A flag that is set once, and that threads can sleep on.
///
/// Threading: any.
// Safe to send: the flag is atomic, the lock is made for sharing.
public final class StopSignal: @unchecked Sendable {
    private let lock = ConditionLock()
    private let flag = Atomic(false)

    public init() {}

    public var isSet: Bool { flag.load(ordering: .acquiring) }

    public func set() {
        lock.locked {
            flag.store(true, ordering: .releasing)
            lock.wakeAll()
        }
    }

    /// Blocks until the flag is set or `deadline` of the monotonic clock has passed. True when set.
    public func wait(until deadline: Duration? = nil) -> Bool {
        lock.locked {
            while !isSet {
                if !lock.wait(until: deadline) { return isSet }
            }
            return true
        }
    }
}
