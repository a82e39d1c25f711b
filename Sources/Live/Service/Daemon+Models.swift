import Configuration
import Files
import Foundation
import Logging
import NeuralNetwork
import RoadScenes
import Store
import Threads

/// What the daemon needs before its first frame.
extension Daemon {
    static func options(_ configuration: Configuration) -> RegistryModels.Options {
        RegistryModels.Options(
            size: configuration.size, threads: configuration.threads, withCertainty: configuration.steady,
            withConfidence: configuration.needsConfidence, withJudge: configuration.gate != nil)
    }

    static func registry(_ configuration: Configuration) throws(LiveError) -> ModelRegistry? {
        guard let folder = configuration.registry else { return nil }
        let registry = try ModelRegistry(folder: folder)
        // What cannot be finished now, as on a full disk or one that hangs, the next change finishes.
        _ = NamedThread.answer("registry", within: .seconds(5)) { try? registry.settle() }
        return registry
    }

    /// The model to begin with: the registry's, or the configuration's own.
    static func firstModel(
        _ models: RegistryModels?, _ configuration: Configuration, _ logger: Logger
    ) throws(LiveError) -> any FrameSegmenter {
        let first: any FrameSegmenter
        if let models {
            do throws(LiveError) {
                if let seed = configuration.model { try models.seed(with: seed) }
                first = try models.first { logger.error("A model cannot be used: \($0)") }
            } catch {
                // A registry that is out of order must not keep the camera from running.
                guard let seed = configuration.model else { throw error }
                logger.error("\(seed) runs, as the registry gives no model: \(error)")
                first = try segmenter(seed, options(configuration), options(configuration).pool())
            }
        } else {
            first = try segmenter(configuration.modelFile, options(configuration), options(configuration).pool())
        }
        if options(configuration).withConfidence && !first.model.isConfidenceTrained {
            logger.warning("The auxiliary network of \(configuration.modelFile) is not trained; its confidence means nothing.")
        }
        return first
    }

    /// A bundle outside a registry, compiled.
    static func segmenter(
        _ path: String, _ options: RegistryModels.Options, _ workers: WorkerPool
    ) throws(LiveError) -> NetworkSegmenter {
        let bundle = try ModelBundle(contentsOf: path)
        return try NetworkSegmenter(bundle, file: path, number: nil, options, workers)
    }

    static func learner(_ configuration: Configuration, _ registry: ModelRegistry?, _ logger: Logger) -> LearnerStarter? {
        guard let learn = configuration.learn, let registry else { return nil }
        let sinceLast: @Sendable () -> Duration? = { LearnerSchedule.sinceLast(in: registry) }
        let schedule = learn.every.map { LearnerSchedule(every: $0, sinceLast: sinceLast(), now: MonotonicClock.now) }
        let file = URL(fileURLWithPath: configuration.file).path
        let process = LearnerProcess([RunningProgram.file, "learn", "--config", file])
        return LearnerStarter(process, schedule: schedule, sinceLast: sinceLast, logger: logger)
    }
}
