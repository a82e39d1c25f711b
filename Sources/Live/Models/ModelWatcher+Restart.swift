import Store
import Threads

/// What a restart must not end: the probation of a model that was new.
extension ModelWatcher {
    /// Goes on with the trial that was on when the daemon ran last; a model that came meanwhile is on trial too.
    func resume() {
        hasResumed = true
        let running = pipeline.models.current.model
        guard let number = running.number else { return }
        guard let watch = source.watch() else { return endTrial(number) }
        let isSame = watch.model == number
        guard let previous = isSame ? watch.previous : watch.model, !isSame || watch.remaining > 0 else {
            return endTrial(number)
        }
        let left = isSame ? min(probation, .seconds(nearest: watch.remaining)) : probation
        let witness = witness(previous)
        let figures = pipeline.statistics.figures(at: clock.now)
        logger.notice(
            isSame ? "The new model is watched on" : "A model that came while nothing ran is watched as any new one",
            metadata: ["model": "\(number)", "before": "\(previous)", "for": "\(Int(left.inSeconds)) s"])
        begin(
            Trial(
                number: number, previous: previous, fingerprint: running.fingerprint,
                witness: witness?.model.fingerprint ?? "",
                time: ProbationTime(left, frames: figures.frames, now: clock.now),
                before: ModelSigns([], frames: watch.frames, late: watch.late, latency: isSame ? watch.latency : 0),
                framesThen: figures.frames, lateThen: figures.late),
            beside: witness?.model.isConfidenceTrained == true ? witness : nil)
    }

    /// Notes how far the trial is that is on.
    func keepTrial() {
        guard let trial = state.withLock({ $0.trial }) else { return }
        keepDue = clock.now + Self.keepEvery
        keep(
            ModelWatch(
                watcher: "", model: trial.number, previous: trial.previous,
                remaining: trial.time.left.inSeconds, frames: trial.before.frames, late: trial.before.late,
                latency: trial.before.latency))
    }

    func keep(_ watch: ModelWatch) {
        do throws(LiveError) { try source.keep(watch) } catch {
            if !cannotKeep { logger.warning("A restart will end the watch on new models", metadata: ["reason": "\(error)"]) }
            cannotKeep = true
        }
    }
}
