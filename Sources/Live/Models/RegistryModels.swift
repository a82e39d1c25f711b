import NeuralNetwork
import RoadScenes
import Store
import Synchronization
import Threads

/// The models of a registry, compiled for this daemon.
///
/// Threading: any.
public final class RegistryModels: ModelSource {
    /// How its models are compiled.
    public struct Options: Sendable {
        /// Nil takes the bundle's own.
        public var size: Graph.Size?
        public var threads: Int
        public var withCertainty: Bool
        public var withConfidence: Bool
        public var withJudge: Bool

        public init(size: Graph.Size?, threads: Int, withCertainty: Bool = false, withConfidence: Bool, withJudge: Bool) {
            (self.size, self.threads, self.withCertainty) = (size, threads, withCertainty)
            (self.withConfidence, self.withJudge) = (withConfidence, withJudge)
        }

        /// For one model: two never share one.
        func pool() throws(LiveError) -> WorkerPool {
            try WorkerPool(threads: threads)
        }
    }

    private let registry: ModelRegistry
    private let options: Mutex<Options>
    private let watcher: String?

    /// - Parameter watcher: the daemon's configuration file, by which it finds again how far it was; nil keeps nothing.
    public init(_ registry: ModelRegistry, _ options: Options, watcher: String? = nil) {
        self.registry = registry
        self.options = Mutex(options)
        self.watcher = watcher
    }

    /// Makes an empty registry's first model of a bundle, or finishes that where a power cut has left it a candidate.
    public func seed(with path: String) throws(LiveError) {
        let entries = try registry.entries()
        let mayBeUnfinished = entries.count == 1 && entries[0].state == .candidate
        guard entries.isEmpty || mayBeUnfinished else { return }
        let bundle = try ModelBundle(contentsOf: path)
        let identity = bundle.identity
        // Somebody's candidate stays one. What cannot be read is in nobody's way.
        guard entries.allSatisfy({ (try? registry.bundle($0.number)).map { $0.identity == identity } ?? true }) else { return }
        let entry = try registry.add(bundle, origin: "import")
        // Another daemon may have been first.
        if try registry.current() == nil { try registry.promote(entry.number, reason: "the first model") }
    }

    /// The current model, compiled; where it cannot be used, the latest of those before it that can.
    ///
    /// - Parameter report: told why a model cannot be used.
    public func first(report: (LiveError) -> Void) throws(LiveError) -> any FrameSegmenter {
        var problem: LiveError?
        let first = try Self.first(of: registry) { entry throws(LiveError) in
            try compile(entry.number, for: options.withLock { $0 }.pool())
        } report: {
            report($0)
            problem = problem ?? $0
        }
        guard let first else {
            throw problem
                ?? LiveError(
                    "The registry \(registry.folder) has no current model.",
                    remedy: "Name a bundle with 'model:', or use 'camber models promote'.")
        }
        // Whatever runs now, all that follow have its size.
        options.withLock { $0.size = Graph.Size(height: first.height, width: first.width) }
        return first
    }

    /// The file of the bundle that a start would run, read and checked; nil where the registry has none.
    ///
    /// - Parameter report: told why a model cannot be used.
    public static func firstFile(of registry: ModelRegistry, report: (LiveError) -> Void) throws(LiveError) -> String? {
        try first(
            of: registry,
            use: { entry throws(LiveError) in
                _ = try registry.bundle(entry.number)
                return entry.path
            }, report: report)
    }

    /// What can be made of the current model, or else of the latest before it; nil where there is none.
    private static func first<Made>(
        of registry: ModelRegistry, use: (ModelEntry) throws(LiveError) -> Made, report: (LiveError) -> Void
    ) throws(LiveError) -> Made? {
        do throws(LiveError) { _ = try registry.current() } catch { report(error) }
        let entries = try registry.entries()
        let current = entries.filter { $0.state == .current }
        let retired = entries.filter { $0.state == .retired }.sorted { $0.number > $1.number }
        for entry in current + retired {
            do throws(LiveError) { return try use(entry) } catch { report(error) }
        }
        return nil
    }

    public func wanted() throws(LiveError) -> Int? {
        try registry.current()?.number
    }

    public func segmenter(_ number: Int) throws(LiveError) -> any FrameSegmenter {
        // The pool's threads would be as nice as the one that makes them.
        let workers = try options.withLock { $0 }.pool()
        return try ThreadPriority.unhurried { [self] in
            Result { () throws(LiveError) in try compile(number, for: workers) }
        }.get()
    }

    public func witness(_ number: Int) throws(LiveError) -> any FrameSegmenter {
        // A pool of one is the thread that asks, with its priority.
        try ThreadPriority.unhurried { [self] in
            Result { () throws(LiveError) -> NetworkSegmenter in
                var alone = options.withLock { $0 }
                (alone.threads, alone.withConfidence) = (1, false)
                return try compile(number, for: alone.pool(), alone)
            }
        }.get()
    }

    public func refusal(
        of candidate: any FrameSegmenter, insteadOf incumbent: any FrameSegmenter, on sample: FrameSampler.Sample?
    ) -> String? {
        ThreadPriority.unhurried { ModelComparison.refusal(of: candidate, insteadOf: incumbent, on: sample) }
    }

    private func compile(
        _ number: Int, for workers: WorkerPool, _ options: Options? = nil
    ) throws(LiveError) -> NetworkSegmenter {
        let bundle = try registry.bundle(number)
        let options = options ?? self.options.withLock { $0 }
        return try NetworkSegmenter(bundle, file: registry.currentPath, number: number, options, workers)
    }

    public func isReturn(_ number: Int) -> Bool { registry.isRestored(number) }

    public func rollBack(_ number: Int, reason: String) throws(LiveError) {
        // Another daemon of the same registry may have done it, or a newer model may have come.
        if try registry.current()?.number == number { _ = try registry.rollback(reason: reason) }
    }

    public func watch() -> ModelWatch? {
        guard let watcher, let watch = registry.watch(of: watcher) else { return nil }
        // After a model that was taken back meanwhile, the one from before it needs no trial.
        let entry = (try? registry.entries())?.first { $0.number == watch.model }
        return entry == nil || entry?.state == .rolledBack ? nil : watch
    }

    public func keep(_ watch: ModelWatch) throws(LiveError) {
        guard let watcher else { return }
        var watch = watch
        watch.watcher = watcher
        try registry.keep(watch)
    }
}

extension NetworkSegmenter {
    convenience init(
        _ bundle: ModelBundle, file: String, number: Int?, _ options: RegistryModels.Options, _ workers: WorkerPool
    ) throws(LiveError) {
        try self.init(
            bundle, file: file, number: number, size: options.size, workers: workers,
            withCertainty: options.withCertainty, withConfidence: options.withConfidence, withJudge: options.withJudge)
    }
}
