import Glibc
import Synchronization

/// What a thread takes of the processor, and how it takes less.
public enum ProcessorTime {
    /// Used by the calling thread so far.
    public static var ofThread: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The kernel's SCHED_IDLE, which the C library hides behind _GNU_SOURCE.
    private static let idlePolicy: Int32 = 5

    /// The calling thread runs from now on only when nobody else wants its processor.
    public static func yieldToOthers() {
        var parameters = sched_param(sched_priority: 0)
        // The kernel takes 0 for the calling thread. Where that is forbidden, niceness does nearly the same.
        if sched_setscheduler(0, idlePolicy, &parameters) != 0 {
            giveWay()
        }
    }

    /// Does it on a thread that comes after all that are not nice, but does get on, and waits.
    static func unhurried<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) -> Answer {
        let answer = Mutex<Answer?>(nil)
        NamedThread("unhurried") {
            giveWay()
            let made = work()
            answer.withLock { $0 = made }
        }.wait()
        return answer.withLock { $0! }
    }

    private static func giveWay() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    }

    /// A thread that yielded to others competes with them again, to come to its end on a busy machine.
    ///
    /// - Parameter thread: must not have ended.
    static func compete(_ thread: pthread_t) {
        var parameters = sched_param(sched_priority: 0)
        pthread_setschedparam(thread, SCHED_OTHER, &parameters)
    }

    /// How long after its start work that used `time` must rest to stay within `share` of one processor.
    public static func span(of time: Duration, share: Double) -> Duration {
        .seconds(time.inSeconds / share)
    }
}
