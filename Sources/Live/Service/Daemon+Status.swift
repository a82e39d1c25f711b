import Foundation

extension Daemon {
    func startServer() {
        guard let path = configuration.statusSocket else { return }
        let (pipeline, source, configuration, version, started) = (pipeline, source, configuration, version, started)
        let (spooling, watcher, learner) = (spooling, watcher, learner)
        do throws(LiveError) {
            server = try StatusServer(path: path) {
                var status = Daemon.status(pipeline, source, configuration, version, started)
                status.models = watcher?.report()
                status.gate = spooling?.report()
                status.spooled = status.gate?.spooled ?? 0
                status.spool = spooling?.summary()
                status.learner = learner?.report()
                return ((try? JSONEncoder().encode(status)) ?? Data()) + Data("\n".utf8)
            }
            server?.start()
        } catch {
            logger.warning("No status: \(error)")
        }
    }

    /// The loop's part of the state for `camber status`.
    ///
    /// Threading: any.
    private static func status(
        _ pipeline: FramePipeline, _ source: ReconnectingSource, _ configuration: Configuration, _ version: String,
        _ started: Duration
    ) -> DaemonStatus {
        let now = MonotonicClock.now
        let figures = pipeline.statistics.figures(at: now)
        return DaemonStatus(
            version: version, pid: getpid(), uptime: (now - started).inSeconds,
            source: source.report(
                location: configuration.source.location, lastFrameAge: figures.lastFrameAge,
                stallTimeout: configuration.source.stallTimeout),
            model: pipeline.models.current.model, targetFps: pipeline.rate, deliveredFps: figures.recentRate,
            frames: figures.frames, damaged: figures.damaged, dropped: figures.dropped, drops: figures.dropsByReason,
            latency: figures.recentLatency, latencyOverall: figures.latency, inference: figures.inference,
            outputs: pipeline.lanes.map { $0.report() }, swaps: pipeline.models.swaps, spooled: 0)
    }
}
