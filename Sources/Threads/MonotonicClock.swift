import Glibc

/// The kernel's CLOCK_MONOTONIC: never set back, not moved by clock changes.
public final class MonotonicClock: PacingClock {
    public init() {}

    public var now: Duration { Self.now }

    public func sleep(until deadline: Duration, unless stop: StopSignal) -> Bool {
        !stop.wait(until: deadline)
    }

    public static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
