import ArgumentParser
import Configuration
import Files
import Foundation
import Learning
import Live
import RoadScenes
import Store
import Threads

/// `camber learn`: one self-training cycle.
struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Run one self-training cycle: learn from the spool, and promote the result where it is better.",
        discussion: """
            Works at idle priority, within learn.threads and learn.memory, and slows down while the daemon misses deadlines. \
            SIGTERM and SIGINT end it after the step it is at; the next start goes on from there, as after a kill.

            Exit 0: promoted, rejected, stopped, or nothing to do; 1: failed; 2: the configuration is wrong.
            """)

    @Option(help: .init("The daemon's configuration file, with the sections registry, spool and learn.", valueName: "file"))
    var config: String
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Flag(help: "Print all reasons and both models' figures, not the verdict alone.") var details = false
    @Flag(help: "Only say what a cycle would use; nothing is written.") var dryRun = false

    func run() throws {
        IdlePriority.take()
        // They are meant for the daemon, whose whole service may get them.
        for number in [SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
        let configuration = try Configuration(argument: config)
        guard let learn = configuration.learn, let registry = configuration.registry, let spool = configuration.spool else {
            throw CommandFailure(
                code: 2,
                message:
                    "\(config) says nothing about learning: it needs registry, spool and learn. "
                    + ConfigurationReference.example)
        }
        let signals = SignalWaiter([SIGTERM, SIGINT])
        let stop = StopSignal()
        let lateness = DaemonLateness(socket: configuration.statusSocket)
        let models = try ModelRegistry(folder: registry)
        let plan = try plan(learn, for: models.current().map { try models.bundle($0.number) })
        let cycle = LearningCycle(
            plan, spool: try Spool(folder: spool.folder, limits: .none), registry: models,
            daemonIsLate: lateness.isLate,
            isStopped: {
                if signals.wait(for: .zero) != nil { stop.set() }
                return stop.isSet
            })
        var lines = LearnProgress()
        if dryRun {
            let (interrupted, survey) = try cycle.look { lines.show($0) }
            lines.clear()
            let report = LearnForecast(survey, interrupted: interrupted, plan)
            return print(json ? try report.json : report.text)
        }
        let outcome = try cycle.run { lines.show($0) }
        lines.clear()
        for notice in Set(([plan.labeled, plan.heldOut] + plan.also.map(\.dataset)).compactMap(\.notice)).sorted() {
            standardError(notice)
        }
        let report = LearnReport(outcome, leastItems: learn.leastItems)
        print(json ? try report.json : details ? report.details : report.text)
    }

    /// - Parameter model: the current one, to whose classes data sets are matched; nil where there is none.
    private func plan(_ learn: Configuration.Learn, for model: ModelBundle?) throws -> LearningCycle.Plan {
        let classes = model?.classes
        var recipe: Recipe
        do {
            recipe = try Recipe(contentsOf: Recipe.file(named: learn.recipe), notice: { standardError($0) })
        } catch {
            throw CommandFailure(code: 2, message: "\(config), learn.recipe: \(error)")
        }
        if let warning = recipe.warningAgainstBundle {
            standardError("\(config), learn.recipe: \(warning.problem) Choose one for bundles, such as 'finetune'.")
        }
        if let epochs = learn.epochs { (recipe.segmentation.epochs, recipe.auxiliary.epochs) = (epochs, epochs) }
        var gate = PromotionGate(margin: learn.margin, classLimit: learn.classLimit)
        gate.heldOutLimit = learn.heldOutLimit
        return LearningCycle.Plan(
            labeled: try Self.dataset(learn.labeled, "train", classes),
            also: try learn.also.map { WeightedDataset(try Self.dataset($0.dataset, "train", classes), weight: $0.weight) },
            heldOut: try Self.dataset(learn.heldOut, "val", classes),
            human: try learn.human.flatMap { try Self.human($0, model) }, recipe: recipe,
            selection: learn.selection, leastItems: learn.leastItems,
            gate: gate, threads: learn.threads,
            memory: learn.memory, work: learn.work, codeVersion: Camber.version)
    }

    /// Nil where nobody has labeled anything yet.
    private static func human(_ location: DatasetLocation, _ model: ModelBundle?) throws -> HumanLabels? {
        // One that was made, or that a withdrawn drive has left.
        let isEmpty = FolderNames.text(in: location.path)?.allSatisfy { $0.hasPrefix(".") } ?? false
        let isThere = !isEmpty && FileManager.default.fileExists(atPath: location.path)
        let growing = isThere ? try Dataset(location, isGrowing: true) : nil
        if let orphans = growing?.orphans, let first = orphans.first, location.layout == .folder {
            standardError("\(CountText.text(orphans.count, "picture")) without labels left out, such as \(first).")
        }
        guard let found = growing, !found.items.isEmpty else {
            standardError("\(location): there are no labels by people yet; 'camber labels import' puts them there.")
            return nil
        }
        let dataset = try matched(found, model?.classes)
        // People see the camera's own frames, which are larger than what the network learns from.
        return try HumanLabels(model.map { dataset.within($0.inputSize) } ?? dataset)
    }

    /// A folder without splits is taken as a whole.
    static func dataset(_ location: DatasetLocation, _ split: String, _ classes: ClassSet? = nil) throws -> Dataset {
        let parts = [split, "images"].map { FileManager.default.fileExists(atPath: "\(location.path)/\($0)") }
        let isWhole = location.layout == .folder && parts == [false, true]
        return try matched(Dataset(location, split: isWhole ? nil : split), classes)
    }

    private static func matched(_ dataset: Dataset, _ classes: ClassSet?) throws -> Dataset {
        guard let classes else { return dataset }
        let matched = try dataset.matching(classes)
        if let (void, unknown) = matched.unmatched {
            let parts = [
                void.isEmpty ? nil : "counts as void what the model has no class for: \(void.joined(separator: ", "))",
                unknown.isEmpty ? nil : "shows nothing of \(unknown.joined(separator: ", "))",
            ].compactMap(\.self)
            if !parts.isEmpty { standardError("\(dataset.location) \(parts.joined(separator: "; it ")).") }
        }
        return matched
    }
}
