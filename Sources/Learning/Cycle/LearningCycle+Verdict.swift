import Foundation
import NeuralNetwork
import RoadScenes
import Store

extension LearningCycle {
    /// The newest frames that both models are compared on without labels.
    private static let recentFrames = 40

    /// Measures both models and asks the gate.
    func judge(
        _ start: CycleStart, _ incumbent: ModelBundle, _ candidate: ModelBundle, _ workers: WorkerPool,
        _ progress: (Progress) -> Void
    ) throws -> CycleRecord {
        let scores = try score(start, incumbent, candidate, workers, progress)
        guard let new = scores.candidate else { preconditionFailure("a candidate was given") }
        let verdict = plan.gate.decide(
            incumbent: scores.incumbent, candidate: new, classes: incumbent.classes.names, attempt: start.attempt ?? 1,
            seed: start.seed)
        return record(start, scores.incumbent.card, new.card, promoted: verdict.promote, reason: verdict.reason)
    }

    func score(
        _ start: CycleStart, _ incumbent: ModelBundle, _ candidate: ModelBundle?, _ workers: WorkerPool,
        _ progress: (Progress) -> Void
    ) throws -> (incumbent: ModelScore, candidate: ModelScore?) {
        let lost = Set(start.lost ?? [])
        let recent = start.items.filter { !lost.contains($0.file) }.prefix(Self.recentFrames).map {
            "\(folder.frames)/\($0.file)"
        }
        // Nothing is kept in memory: each picture is looked at once by each model.
        var scoring = ModelScoring(
            heldOut: try TrainingSet([plan.heldOut], cacheLimit: 0),
            stretches: start.heldOutStretches ?? Array(plan.heldOut.items.indices), recent: recent,
            keptBack: (start.keptBack ?? []).map { $0.compactMap(folder.pictures) }.filter { !$0.isEmpty },
            selection: plan.selection,
            workers: workers)
        if let human = plan.human, !human.heldOut.items.isEmpty {
            scoring.human = try TrainingSet([human.heldOut], cacheLimit: 0)
        }
        let total = [incumbent, candidate].compactMap(\.self).reduce(0) { $0 + scoring.pictures(of: $1) }
        var done = 0
        func advance() throws {
            done += 1
            try step(.scoring, done, total, progress)
        }
        let (old, sure) = try scoring.score(incumbent, step: advance)
        let new = try candidate.map { try scoring.score($0, comparedWith: sure, step: advance).score }
        return (old, new)
    }

    func record(
        _ start: CycleStart, _ incumbent: ScoreCard, _ candidate: ScoreCard?, promoted: Bool, reason: String
    ) -> CycleRecord {
        CycleRecord(
            id: start.id, startedAt: start.startedAt, endedAt: Date(), incumbent: start.incumbent, candidate: nil,
            promoted: promoted, reason: reason, incumbentCard: incumbent, candidateCard: candidate, items: trainingItems(start),
            lossCurve: folder.losses, seconds: 0, leftOut: start.leftOut)
    }

    /// The last steps; each looks first whether an earlier run has done it.
    func conclude(_ start: CycleStart, _ verdict: CycleRecord) throws -> CycleRecord {
        var record = verdict
        if let card = verdict.candidateCard {
            let entry = try entry(of: start) ?? add(start, card)
            record.candidate = entry.number
            // What was promoted may have been rolled back since; that stands.
            if verdict.promoted, entry.state == .candidate {
                if let current = try registry.current(), current.number != start.incumbent {
                    record.promoted = false
                    record.reason = "Model \(current.number) became current while the cycle ran. \(verdict.reason)"
                } else {
                    try registry.promote(entry.number, reason: verdict.reason)
                }
            }
        }
        record = try registry.record(record)
        try folder.clear()
        return record
    }

    private func add(_ start: CycleStart, _ card: ScoreCard) throws -> ModelEntry {
        var bundle = try ModelBundle(contentsOf: folder.candidate)
        bundle.metrics["miou"] = card.miou
        return try registry.add(bundle, origin: start.origin)
    }
}
