import RoadScenes

extension PromotionGate {
    /// What speaks for a gain, or what is missing for one; in words.
    enum Finding {
        case gain(String)
        case none(String)
    }

    /// The share of draws that a gain has to show in. Each attempt may be wrong with a smaller chance than the one before, so that all
    /// attempts together are wrong with a chance of `risk` at most; half of it goes to each of the two ways to show a gain.
    func certainty(_ attempt: Int) -> Double {
        max(0, 1 - risk / Double(attempt * (attempt + 1)) / 2)
    }

    /// More draws where fewer of them may be against it.
    func draws(_ attempt: Int) -> Int {
        min(mostDraws, max(draws, Int(20 / max(1 - certainty(attempt), 1e-6))))
    }

    /// A gain on held-out labels: of roads that were known before.
    func heldOutGain(_ incumbent: ModelScore, _ candidate: ModelScore, attempt: Int, seed: UInt64) -> Finding {
        let change = "held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))"
        guard miou(candidate) - miou(incumbent) >= margin else {
            return .none("\(change): a gain of \(percent(margin)) is needed.")
        }
        let stretches = incumbent.stretches.count
        guard stretches >= leastStretches else {
            return .none("\(change), but \(tooFew(stretches)).")
        }
        let (draws, needed) = (draws(attempt), certainty(attempt))
        let (old, new) = (StretchOverlaps(incumbent.stretches), StretchOverlaps(candidate.stretches))
        let share = BlockBootstrap(blocks: stretches, draws: draws, seed: seed).share { new.miou(of: $0) > old.miou(of: $0) }
        let certainty = "better in \(percent(share)) of \(draws) draws of \(stretches) stretches"
        guard share >= needed else {
            return .none("\(change), but that may be chance: \(certainty), \(percent(needed)) are needed.")
        }
        return .gain("\(change), \(certainty)")
    }

    /// A gain on the road that the frames come from, where nobody has labeled anything: more pixels should be right by each model's own
    /// calibration, labels hold as well from one frame to the next, and what was known of other roads is not lost.
    func roadGain(_ incumbent: ModelScore, _ candidate: ModelScore, attempt: Int, seed: UInt64) -> Finding {
        guard let old = incumbent.road, let new = candidate.road, old.stretches.count == new.stretches.count else {
            return .none("new road: \(tooFew(0)).")
        }
        let stretches = new.stretches.count
        let (before, after) = (old.expectedAccuracy, new.expectedAccuracy)
        let change =
            "new road, on frames that were kept back: \(percent(before)) → \(percent(after)) of the pixels should be right, "
            + "\(percent(old.steadiness)) → \(percent(new.steadiness)) keep their class from one frame to the next"
        guard stretches >= leastStretches else { return .none("\(change), but \(tooFew(stretches)).") }
        guard after - before >= roadMargin else {
            return .none("\(change): a gain of \(percent(roadMargin)) in right ones is needed.")
        }
        guard old.steadiness - new.steadiness <= steadinessLimit else {
            return .none("\(change): its labels flicker too much, \(percent(steadinessLimit)) may be lost.")
        }
        if let loss = heldOutLoss(incumbent, candidate, seed: seed) { return .none(loss) }
        let (draws, needed) = (draws(attempt), certainty(attempt))
        let share = BlockBootstrap(blocks: stretches, draws: draws, seed: seed).share {
            new.expectedAccuracy(of: $0) > old.expectedAccuracy(of: $0)
        }
        let certainty = "better in \(percent(share)) of \(draws) draws of \(stretches) stretches"
        guard share >= needed else {
            return .none("\(change), but that may be chance: \(certainty), \(percent(needed)) are needed.")
        }
        return .gain(
            "\(change); \(certainty); held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))")
    }

    /// What a model that is better elsewhere may not lose on held-out labels; nil where it does not.
    private func heldOutLoss(_ incumbent: ModelScore, _ candidate: ModelScore, seed: UInt64) -> String? {
        let change = "held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))"
        guard miou(incumbent) - miou(candidate) <= heldOutLimit else {
            return "It loses what it knew: \(change), \(percent(heldOutLimit)) may be lost."
        }
        guard incumbent.stretches.count >= leastStretches else { return nil }
        // Twice the limit: half of all draws of two equal models are below nothing.
        let (old, new) = (StretchOverlaps(incumbent.stretches), StretchOverlaps(candidate.stretches))
        let share = BlockBootstrap(blocks: incumbent.stretches.count, draws: draws, seed: seed).share {
            old.miou(of: $0) - new.miou(of: $0) <= 2 * heldOutLimit
        }
        guard share >= 1 - risk else {
            return
                "It may lose what it knew: \(change); in \(percent(1 - share)) of \(draws) draws it loses more than \(percent(2 * heldOutLimit))."
        }
        return nil
    }

    private func tooFew(_ stretches: Int) -> String {
        "\(stretches == 0 ? "too few stretches" : "\(stretches) \(stretches == 1 ? "stretch" : "stretches")") of road, ten seconds of "
            + "a drive each, cannot tell a gain from chance: \(leastStretches) are needed"
    }

    private func miou(_ score: ModelScore) -> Double { score.all.meanIntersectionOverUnion ?? 0 }
}
