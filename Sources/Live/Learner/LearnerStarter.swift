import Logging
import Status
import Synchronization
import Threads

/// Starts the learner when it is asked to or its time has come, and tells how it ended.
///
/// Threading: the daemon's main thread; `report` from any.
// Safe to send: the report is under the mutex, everything else belongs to the main thread.
public final class LearnerStarter: @unchecked Sendable {
    private let process: LearnerProcess
    private let clock: any PacingClock
    private let logger: Logger
    private let sinceLast: @Sendable () -> Duration?
    private var schedule: LearnerSchedule?
    private let shared = Mutex(LearnerReport(state: .idle, pid: nil, started: 0, lastExit: nil, next: nil))

    /// - Parameters:
    ///   - schedule: nil starts none by itself.
    ///   - sinceLast: what the wall clock says about the last cycle; nil where there was none.
    public init(
        _ process: LearnerProcess, schedule: LearnerSchedule?, clock: any PacingClock = MonotonicClock(),
        sinceLast: @escaping @Sendable () -> Duration? = { nil }, logger: Logger
    ) {
        (self.process, self.schedule, self.clock, self.logger) = (process, schedule, clock, logger)
        self.sinceLast = sinceLast
        tick()
    }

    public func report() -> LearnerReport { shared.withLock { $0 } }

    /// Starts one now, unless one is running.
    public func start() {
        do throws(LiveError) {
            try process.start()
            logger.notice("The learner is started", metadata: ["process": "\(process.pid ?? 0)"])
            shared.withLock { $0.started += 1 }
        } catch {
            logger.warning("The learner is not started: \(error)")
        }
        schedule?.restart(at: clock.now)
        tick()
    }

    /// The wall clock was set, or the computer has slept.
    public func clockChanged() { schedule?.reconsider(sinceLast: sinceLast(), now: clock.now) }

    /// To be called now and then: collects the one that has ended, starts the one that is due.
    public func tick() {
        if let end = process.ended() {
            let line = "The learner has ended: \(end.text)"
            if end.well { logger.notice("\(line)") } else { logger.warning("\(line)") }
            shared.withLock { $0.lastExit = end.text }
            schedule?.restart(at: clock.now)
        }
        if process.pid == nil, schedule?.isDue(at: clock.now) == true { return start() }
        let (pid, next) = (process.pid, schedule.map { max(0, ($0.due - clock.now).inSeconds) })
        shared.withLock {
            $0.state = pid == nil ? .idle : .running
            ($0.pid, $0.next) = (pid, next)
        }
    }

    /// Asks a running learner to stop, and starts none by itself any more.
    public func stop() {
        schedule = nil
        process.terminate()
    }
}
