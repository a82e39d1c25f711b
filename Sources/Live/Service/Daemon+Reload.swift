import NeuralNetwork
import RoadScenes

extension Daemon {
    /// Reads the configuration again. What can change does so without a lost frame, what cannot is named, and a file with
    /// errors changes nothing.
    func reload() {
        if isReady { notifier?.sendReloading() }
        defer { if isReady { notifier?.send("READY=1") } }
        let fresh: Configuration
        do throws(ConfigurationError) {
            fresh = try Configuration(contentsOf: configuration.file)
        } catch {
            for line in error.description.split(separator: "\n") { logger.error("Not reloaded: \(line)") }
            return
        }
        pipeline.setRate(fresh.rate)
        log.setLevel(.init(rawValue: fresh.logLevel.rawValue) ?? .info)
        reloadModel(fresh)
        nameWhatWaits(fresh)
        configuration.rate = fresh.rate
        configuration.logLevel = fresh.logLevel
        logger.info("Reloaded")
    }

    /// Compiles off the loop; the inference thread takes it between two frames.
    private func reloadModel(_ fresh: Configuration) {
        let current = pipeline.models.current
        do throws(LiveError) {
            let bundle = try Self.bundle(fresh.modelFile)
            if bundle.fingerprint == fingerprint { return }
            guard bundle.classes == current.classes else {
                throw LiveError("\(fresh.modelFile) has other classes than the model in use.", remedy: "Restart to change them.")
            }
            let segmenter = try NetworkSegmenter(
                bundle, file: fresh.modelFile, size: Graph.Size(height: current.height, width: current.width),
                workers: Self.workers(configuration.threads), withConfidence: pipeline.options.confidence)
            pipeline.models.offer(segmenter)
            fingerprint = bundle.fingerprint
            configuration.model = fresh.model
            logger.notice("New model", metadata: ["file": "\(fresh.modelFile)"])
        } catch {
            logger.error("The model stays: \(error)")
        }
    }

    private func nameWhatWaits(_ fresh: Configuration) {
        var waiting: [String] = []
        if fresh.source != configuration.source { waiting.append("source") }
        if fresh.size != configuration.size { waiting.append("size") }
        if fresh.threads != configuration.threads { waiting.append("threads") }
        if fresh.outputs != configuration.outputs { waiting.append("outputs") }
        if fresh.statusSocket != configuration.statusSocket { waiting.append("status") }
        if !waiting.isEmpty { logger.warning("A change of \(waiting.joined(separator: ", ")) takes effect at the next start") }
    }

    static func bundle(_ path: String) throws(LiveError) -> ModelBundle {
        try LiveError.fromNetwork { () throws(NetworkError) in try ModelBundle(contentsOf: path) }
    }

    static func workers(_ threads: Int) throws(LiveError) -> WorkerPool {
        try LiveError.fromNetwork { () throws(NetworkError) in try WorkerPool(threads: threads) }
    }
}
