import Glibc

/// The kernel's CLOCK_MONOTONIC: never set back, not moved by clock changes.
public final class MonotonicClock: PacingClock {
    public init() {}

    public var now: Duration { Self.now }

    public func sleep(until deadline: Duration, unless stop: StopSignal) -> Bool {
        !stop.wait(until: deadline)
    }

    public static var now: Duration { time(CLOCK_MONOTONIC) }

    /// For how long the computer has slept since it was switched on: this clock stands still meanwhile.
    public static var slept: Duration { time(CLOCK_BOOTTIME) - now }

    private static func time(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
