import Foundation
import NeuralNetwork
import RoadScenes
import Store

extension LearningCycle {
    /// Steps between two checkpoints: a kill costs no more than these.
    private static let checkpointEvery = 20
    /// The paper's smallest share of labeled pictures is an eighth; with more pseudo-labeled ones, the labeled ones come
    /// several times in an epoch.
    private static let pseudoLabeledForEachLabeled = 7

    /// How often each of so many labeled pictures comes in an epoch beside so many others.
    static func times(of labeled: Int, beside others: Int) -> Int {
        max(1, Int((Double(others) / Double(pseudoLabeledForEachLabeled * max(1, labeled))).rounded(.up)))
    }

    /// Pseudo-labels, then both networks, as far as an earlier run has not done them.
    func candidate(
        _ start: CycleStart, _ incumbent: ModelBundle, _ workers: WorkerPool, _ progress: (Progress) -> Void
    ) throws -> ModelBundle {
        if let candidate = try? ModelBundle(contentsOf: folder.candidate) { return candidate }
        let recipe = try MemoryBudget(plan.memory).fit(plan.recipe, for: incumbent, workers: workers)
        let cache = MemoryBudget(plan.memory).pixels
        let known = labeled(start)
        let human = human(start).map { Array(repeating: $0, count: Self.times(of: $0.items.count, beside: known.pictures)) } ?? []
        let labeled = try TrainingSet(known + human, cacheLimit: cache)
        let trained = try segmentation(start, incumbent, recipe, workers, progress)
        var auxiliary = AuxiliaryTraining(recipe, for: trained, train: labeled, workers: workers)
        auxiliary.session = session(start, checkpoint: folder.candidateCheckpoint, log: nil)
        var candidate = try auxiliary.run {
            progress($0.asProgress(of: .auxiliary, pause: throttle.length))
        }
        candidate.lineage = ModelBundle.Lineage(
            parent: start.fingerprint, recipe: recipe.name, codeVersion: plan.codeVersion,
            trainingItems: trainingItems(start), note: incumbent.lineage.note)
        candidate.metrics = [:]
        try candidate.write(to: folder.candidate)
        return candidate
    }

    /// Exactly what a candidate is trained on.
    func trainingItems(_ start: CycleStart) -> [String] {
        func titles(_ set: Dataset) -> [String] { set.items.map { Self.title($0, of: set) } }
        var seen: Set<String> = []
        let labeled = labeled(start).flatMap(titles).filter { seen.insert($0).inserted }
        return labeled + (human(start).map(titles) ?? []) + start.items.map(\.name)
    }

    /// The labeled pictures as often as they count, without those that are too much like held-out ones.
    func labeled(_ start: CycleStart) -> [Dataset] {
        plan.labeledSets.flatMap { part in
            WeightedDataset(kept(part.dataset, start), weight: part.weight).copies(seed: start.seed)
        }
    }

    /// What people labeled to learn from, without the same; nil where there is none.
    private func human(_ start: CycleStart) -> Dataset? {
        guard let human = plan.human.map({ kept($0.learned, start) }), !human.items.isEmpty else { return nil }
        return human
    }

    private func kept(_ dataset: Dataset, _ start: CycleStart) -> Dataset {
        let leftOut = Set(start.labeledLeftOut ?? [])
        return dataset.with(dataset.items.filter { !leftOut.contains(Self.title($0, of: dataset)) })
    }

    /// How a labeled picture is called in lineages, and among those that are left out.
    static func title(_ item: Dataset.Item, of dataset: Dataset) -> String { "\(dataset.location)/\(item.name)" }

    /// - Returns: the new segmentation network beside the incumbent's auxiliary network, which its own starts from.
    private func segmentation(
        _ start: CycleStart, _ incumbent: ModelBundle, _ recipe: Recipe, _ workers: WorkerPool, _ progress: (Progress) -> Void
    ) throws -> ModelBundle {
        if let trained = try? ModelBundle(contentsOf: folder.segmentation) { return trained }
        let labeled = labeled(start)
        var stage = SelfTraining(
            recipe, teacher: incumbent, labeled: labeled,
            pictures: UnlabeledPictures(files: start.items.map { "\(folder.frames)/\($0.file)" }), selection: plan.selection,
            folder: folder.pseudoLabels, workers: workers)
        stage.cacheLimit = MemoryBudget(plan.memory).pixels
        stage.labeledTimes = { Self.times(of: labeled.pictures, beside: $0) }
        if let human = human(start) { stage.also = (human, { Self.times(of: human.items.count, beside: $0) }) }
        try stage.label(isResumed: true) { try step(.labeling, $0, start.items.count, progress) }
        let training = try stage.training(
            from: SegmentationStart(continuing: incumbent), validation: nil,
            session: session(start, checkpoint: folder.segmentationCheckpoint, log: folder.segmentationLog))
        let result = try training.run { progress($0.asProgress(of: .segmentation, pause: throttle.length)) }
        let trained = try incumbent.replacing(segmentation: result.segmentation)
        try trained.write(to: folder.segmentation)
        return trained
    }

    private func session(_ start: CycleStart, checkpoint: String, log: String?) -> TrainingSession {
        // A damaged one would stand in the way of every run to come.
        if folder.has(checkpoint), !TrainingCheckpoint.isWhole(checkpoint) {
            try? FileManager.default.removeItem(atPath: checkpoint)
        }
        var session = TrainingSession(seed: start.seed, checkpoint: checkpoint, isResumed: true, log: log)
        session.checkpointEvery = Self.checkpointEvery
        session.isStopped = throttle.pause
        return session
    }
}

extension [Dataset] {
    var pictures: Int { reduce(0) { $0 + $1.items.count } }
}

extension TrainingProgress {
    fileprivate func asProgress(of stage: LearningCycle.Progress.Stage, pause: Duration) -> LearningCycle.Progress {
        LearningCycle.Progress(stage: stage, done: step, total: steps, loss: loss, pause: pause)
    }
}
