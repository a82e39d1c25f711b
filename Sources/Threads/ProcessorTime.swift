import Glibc

/// What a thread takes of the processor.
package enum ProcessorTime {
    /// Used by the calling thread so far.
    package static var ofThread: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// How long after its start work that used `time` must rest to stay within `share` of one processor.
    package static func span(of time: Duration, share: Double) -> Duration {
        .seconds(nearest: time.inSeconds / share)
    }
}
