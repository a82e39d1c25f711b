import Glibc
import Synchronization

/// Which thread gets a processor first.
package enum ThreadPriority {
    /// The kernel's SCHED_IDLE, which the C library hides behind _GNU_SOURCE.
    private static let idlePolicy: Int32 = 5

    /// The calling thread runs from now on only when nobody else wants its processor.
    package static func yieldToOthers() {
        var parameters = sched_param(sched_priority: 0)
        // The kernel takes 0 for the calling thread. Where that is forbidden, niceness does nearly the same.
        if sched_setscheduler(0, idlePolicy, &parameters) != 0 { giveWay() }
    }

    /// Does it on a thread that comes after all that are not nice, but does get on, and waits.
    package static func unhurried<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) -> Answer {
        let answer = Mutex<Answer?>(nil)
        NamedThread("unhurried") {
            giveWay()
            let made = work()
            answer.withLock { $0 = made }
        }.wait()
        return answer.withLock { $0! }
    }

    /// The calling thread comes after others from now on, the more the nicer it is.
    ///
    /// - Parameter niceness: 0…19, as of `nice`.
    package static func giveWay(niceness: Int32 = 19) {
        // The kernel takes 0 for the calling thread.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
    }

    /// A thread that yielded to others competes with them again, to come to its end on a busy machine.
    ///
    /// - Parameter thread: must not have ended.
    package static func compete(_ thread: pthread_t) {
        var parameters = sched_param(sched_priority: 0)
        pthread_setschedparam(thread, SCHED_OTHER, &parameters)
    }
}
