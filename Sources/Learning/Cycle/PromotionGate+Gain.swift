import Files
import RoadScenes

extension PromotionGate {
    /// What speaks for a gain, or what is missing for one; in words.
    enum Finding {
        case gain(String)
        case none(String)

        var isGain: Bool { if case .gain = self { true } else { false } }
    }

    /// What is asked for: the chance to be wrong depends on the attempt and on how many ways there are to show a gain.
    struct Question {
        /// The share of draws that a gain has to show in.
        let certainty: Double
        let draws: Int
        let seed: UInt64
    }

    /// Each attempt may be wrong with a smaller chance than the one before, so that all attempts together are wrong with a chance of
    /// `risk` at most; each of the ways gets the same part of it. More draws where fewer of them may be against it.
    func question(_ incumbent: ModelScore, _ candidate: ModelScore, attempt: Int, seed: UInt64) -> Question {
        let ways = incumbent.human != nil && candidate.human != nil ? 3.0 : 2
        let certainty = max(0, 1 - risk / Double(attempt * (attempt + 1)) / ways)
        return Question(
            certainty: certainty, draws: min(mostDraws, max(draws, Int(20 / max(1 - certainty, 1e-6)))), seed: seed)
    }

    /// Whether a change is no chance: it has to show in enough draws of the blocks with repetition.
    private func evidence(
        _ change: String, _ question: Question, blocks: Int, of kind: String, _ isBetter: ([Int]) -> Bool
    ) -> Finding {
        let share = BlockBootstrap(blocks: blocks, draws: question.draws, seed: question.seed).share(isBetter)
        let certainty = "better in \(percent(share)) of \(question.draws) draws of \(blocks) \(kind)"
        guard share >= question.certainty else {
            return .none("\(change), but that may be chance: \(certainty), \(percent(question.certainty)) are needed.")
        }
        return .gain("\(change), \(certainty)")
    }

    /// A gain on what people labeled of the road that is driven: where it shows, what was known of other roads may not be lost.
    func humanGain(_ incumbent: ModelScore, _ candidate: ModelScore, _ question: Question) -> Finding? {
        guard let old = incumbent.human, let new = candidate.human, old.blocks.count == new.blocks.count else { return nil }
        let change = "\(humanPictures(new)): mIoU \(percent(old.miou)) → \(percent(new.miou))"
        guard new.miou - old.miou >= margin else { return .none("\(change): a gain of \(percent(margin)) is needed.") }
        if let loss = heldOutLoss(incumbent, candidate, question) { return .none(loss) }
        let (before, after) = (StretchOverlaps(old.blocks), StretchOverlaps(new.blocks))
        let kind = new.blocks.count == new.pictures ? "pictures" : "parts of them"
        return evidence(change, question, blocks: new.blocks.count, of: kind) { after.miou(of: $0) > before.miou(of: $0) }
    }

    /// What people labeled of the road counts more than anything a model says of it.
    func humanLoss(_ incumbent: ModelScore, _ candidate: ModelScore) -> [String] {
        guard let old = incumbent.human, let new = candidate.human, old.miou - new.miou > heldOutLimit else { return [] }
        return [
            "It sees this road worse: \(humanPictures(new)), mIoU \(percent(old.miou)) → \(percent(new.miou)), \(percent(heldOutLimit)) may be lost."
        ]
    }

    private func humanPictures(_ score: HumanScore) -> String {
        "\(CountText.text(score.pictures, "picture")) of this road that people labeled and nothing was learned from"
    }

    /// A gain on held-out labels: of roads that were known before.
    func heldOutGain(_ incumbent: ModelScore, _ candidate: ModelScore, _ question: Question) -> Finding {
        let change = "held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))"
        guard miou(candidate) - miou(incumbent) >= margin else {
            return .none("\(change): a gain of \(percent(margin)) is needed.")
        }
        let stretches = incumbent.stretches.count
        guard stretches >= leastStretches else {
            return .none("\(change), but \(tooFew(stretches)).")
        }
        let (old, new) = (StretchOverlaps(incumbent.stretches), StretchOverlaps(candidate.stretches))
        return evidence(change, question, blocks: stretches, of: "stretches") { new.miou(of: $0) > old.miou(of: $0) }
    }

    /// A gain on the road that the frames come from, where nobody has labeled anything: more pixels should be right by each model's own
    /// calibration, labels hold as well from one frame to the next, and what was known of other roads is not lost.
    func roadGain(_ incumbent: ModelScore, _ candidate: ModelScore, _ question: Question) -> Finding {
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
        if let loss = heldOutLoss(incumbent, candidate, question) { return .none(loss) }
        let finding = evidence(change, question, blocks: stretches, of: "stretches") {
            new.expectedAccuracy(of: $0) > old.expectedAccuracy(of: $0)
        }
        guard case .gain(let text) = finding else { return finding }
        return .gain("\(text); held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))")
    }

    /// What a model that is better elsewhere may not lose on held-out labels; nil where it does not.
    private func heldOutLoss(_ incumbent: ModelScore, _ candidate: ModelScore, _ question: Question) -> String? {
        let change = "held-out pictures: mIoU \(percent(miou(incumbent))) → \(percent(miou(candidate)))"
        guard miou(incumbent) - miou(candidate) <= heldOutLimit else {
            return "It loses what it knew: \(change), \(percent(heldOutLimit)) may be lost."
        }
        guard incumbent.stretches.count >= leastStretches else { return nil }
        // Twice the limit: half of all draws of two equal models are below nothing.
        let (old, new) = (StretchOverlaps(incumbent.stretches), StretchOverlaps(candidate.stretches))
        let share = BlockBootstrap(blocks: incumbent.stretches.count, draws: draws, seed: question.seed).share {
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
