import Configuration
import Threads

/// Decides for each frame whether and when its turn is.
struct Turns {
    private let pace: Pace
    private var period = Duration.zero
    private var limit: RateLimit?
    private var steady: SteadyPace?
    private var play = SourcePace()

    init(pace: Pace) {
        self.pace = pace
    }

    /// The target rate's frame time; zero for none.
    mutating func setPeriod(_ period: Duration) {
        if period == self.period { return }
        self.period = period
        limit = period > .zero ? RateLimit(period: period) : nil
        steady = period > .zero ? SteadyPace(period: period) : nil
    }

    /// Waits until the frame comes, where a recording plays the camera; false where the target rate has no use for it.
    mutating func wants(_ stamp: FrameStamp, _ clock: any PacingClock, _ stop: StopSignal) -> Bool {
        guard pace.newestWins else { return true }
        if pace == .source {
            let due = play.deadline(of: stamp.time.seconds, now: clock.now)
            _ = clock.sleep(until: due, unless: stop)
        }
        return limit?.admits(at: clock.now) ?? true
    }

    /// Waits for the next of the steady turns. False when stopped.
    mutating func waitForTurn(_ clock: any PacingClock, _ stop: StopSignal) -> Bool {
        guard let due = steady?.deadline(now: clock.now) else { return !stop.isSet }
        return clock.sleep(until: due, unless: stop)
    }
}
