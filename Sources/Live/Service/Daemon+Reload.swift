import Configuration
import RoadScenes
import Threads

extension Daemon {
    /// Reads the configuration again. What can change does so without a lost frame, what cannot is named, and a file with
    /// errors changes nothing.
    func reload() {
        if readiness.isStarted { notifier?.sendReloading() }
        defer { if readiness.isStarted { notifier?.send("READY=1") } }
        let fresh: Configuration
        do throws(ConfigurationError) {
            fresh = try Configuration(contentsOf: configuration.file, outputsMayWait: true)
        } catch {
            for line in error.description.split(separator: "\n") { logger.error("Not reloaded: \(line)") }
            return
        }
        pipeline.setRate(fresh.rate)
        snapshotRate.value = Self.snapshotRate(configuration.source, target: fresh.rate)
        log.setLevel(.init(rawValue: fresh.logLevel.rawValue) ?? .info)
        if let watcher { watcher.wake() } else if fresh.registry == nil { reloadModel(fresh) }
        nameWhatWaits(fresh)
        // In the message itself: a second change within a minute is no repetition of the first.
        var taken: [String] = []
        if fresh.rate != configuration.rate { taken.append("fps \(fresh.rate.map { "\($0)" } ?? "as they come")") }
        if fresh.logLevel != configuration.logLevel { taken.append("log.level \(fresh.logLevel)") }
        configuration.rate = fresh.rate
        configuration.logLevel = fresh.logLevel
        logger.info("Reloaded: \(taken.isEmpty ? "rate and log level are as before" : taken.joined(separator: ", "))")
    }

    /// Compiles off the loop, on a thread that comes after the loop's; the inference thread takes it between two frames.
    private func reloadModel(_ fresh: Configuration) {
        let current = pipeline.models.current
        // To compile it takes long on a busy machine, and the next signal waits.
        let bundle = try? ModelBundle(contentsOf: fresh.modelFile)
        if let bundle, bundle.identity == (current as? NetworkSegmenter)?.identity {
            // Without a frame the loop has not taken the one of the reload before.
            if pipeline.models.withdraw() { logger.notice("The model stays: \(fresh.modelFile)") }
            configuration.model = fresh.model
            return
        }
        do throws(LiveError) {
            var options = Self.options(configuration)
            options.size = .init(height: current.height, width: current.width)
            options.withJudge = current.judge != nil
            // The pool's threads would be as nice as the one that makes them.
            let (file, workers, ready) = (fresh.modelFile, try options.pool(), options)
            let segmenter = try ThreadPriority.unhurried {
                Result { () throws(LiveError) in try Self.segmenter(file, ready, workers) }
            }.get()
            let sample = pipeline.sampler.next(within: .seconds(1), unless: pipeline.stopSignal)
            let refusal = ThreadPriority.unhurried { ModelComparison.refusal(of: segmenter, insteadOf: current, on: sample) }
            if let reason = refusal {
                throw LiveError("\(fresh.modelFile) cannot take its place: \(reason).")
            }
            pipeline.models.offer(segmenter)
            configuration.model = fresh.model
            logger.notice("New model: \(fresh.modelFile)")
        } catch {
            logger.error("The model stays: \(error)")
        }
    }

    /// Says which changed keys wait for a restart.
    private func nameWhatWaits(_ fresh: Configuration) {
        let waiting = configuration.keysThatWait(in: fresh)
        if !waiting.isEmpty { logger.warning("A change of \(waiting.joined(separator: ", ")) takes effect at the next start") }
    }
}
