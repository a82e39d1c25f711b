import RoadScenes
import Store

/// Decides whether a candidate takes the incumbent's place. The same scores always get the same verdict.
///
/// Units: ratios are 0…1.
public struct PromotionGate: Sendable, Equatable {
    /// The gain in mIoU that a candidate needs.
    public var margin = 0.002
    /// The loss in IoU that any one class may have.
    public var classLimit = 0.02
    /// The chance that a candidate which is no better is ever promoted, over all attempts together.
    public var risk = 0.05
    /// Of the bootstrap; more, up to `mostDraws`, where a smaller risk has to be seen.
    public var draws = 1000
    public var mostDraws = 20_000
    /// Fewer stretches of road cannot tell a gain from chance.
    public var leastStretches = 10
    /// The gain in expected accuracy that a candidate needs on frames of the new road.
    public var roadMargin = 0.005
    /// The loss of pixels that keep their class from one frame to the next that a candidate may have there.
    public var steadinessLimit = 0.005
    /// The loss of mIoU on held-out pictures that a candidate may have which is better on the new road.
    public var heldOutLimit = 0.005
    /// Classes with fewer held-out pixels are too rare to judge a model by.
    public var leastClassPixels = 500
    /// How many times the incumbent's processor time a frame may take.
    public var slowdown = 1.25
    /// The part of the incumbent's selected ratio that the candidate must keep: below it, the spool would dry up.
    public var coverage = 0.5
    /// The least chance that a right pixel's confidence is above a wrong one's: at a half, confidence would tell nothing.
    public var ranking = 0.6
    /// How much of that chance may be lost.
    public var rankingLimit = 0.1
    /// The least share of the pixels that the incumbent was confident about in recent frames and that keep their class.
    public var agreement = 0.7
    /// How far one class's share of all pixels may exceed what it should be.
    public var dominance = 0.25
    /// Below this part of its pixels, a class counts as no longer found.
    public var vanished = 0.1

    public init(margin: Double = 0.002, classLimit: Double = 0.02) {
        (self.margin, self.classLimit) = (margin, classLimit)
    }

    /// What the gate says, and why, in words for people.
    public struct Verdict: Sendable, Equatable {
        public var promote: Bool
        public var reason: String
    }

    /// Compares two models that were measured on the same pictures. The candidate has to be better on held-out labels, or no worse there
    /// and better on the new road.
    ///
    /// - Parameters:
    ///   - classes: their names, in the order of the matrices.
    ///   - attempt: how many candidates there were since one was promoted, this one included: from 1.
    ///   - seed: of the bootstrap.
    public func decide(
        incumbent: ModelScore, candidate: ModelScore, classes: [String], attempt: Int = 1, seed: UInt64
    ) -> Verdict {
        precondition(
            incumbent.stretches.count == candidate.stretches.count && incumbent.all.classes == classes.count
                && candidate.all.classes == classes.count, "the models were measured on different pictures")
        if let problem = unusable(candidate) { return Verdict(promote: false, reason: problem) }
        let (before, after) = (incumbent.all, candidate.all)
        let question = question(incumbent, candidate, attempt: max(1, attempt), seed: seed)
        let human = humanGain(incumbent, candidate, question)
        let findings = [
            human, heldOutGain(incumbent, candidate, question), roadGain(incumbent, candidate, question),
        ].compactMap(\.self)
        let gains = findings.compactMap { if case .gain(let text) = $0 { text } else { nil } }
        let lacks = findings.compactMap { if case .none(let text) = $0 { capitalised(text) } else { nil } }
        let refusals =
            (gains.isEmpty ? lacks : []) + humanLoss(incumbent, candidate) + lostClasses(before, after, classes)
            + collapses(before, after, classes)
            + changedGate(incumbent, candidate)
            // Where people say that the candidate is right, the incumbent's opinion of the same road counts for nothing.
            + (human?.isGain == true ? [] : recentFrames(incumbent.card, candidate.card, classes))
        guard refusals.isEmpty else { return Verdict(promote: false, reason: refusals.joined(separator: " ")) }
        return Verdict(
            promote: true, reason: capitalised(gains.joined(separator: "; ")) + "; " + worstLoss(before, after, classes))
    }

    /// A number that is none, or a measure that is missing, makes everything else meaningless.
    private func unusable(_ candidate: ModelScore) -> String? {
        let card = candidate.card
        let numbers =
            [card.miou, card.pixelAccuracy, card.meanConfidence, card.selectedRatio, card.millisecondsPerFrame]
            + card.classShares + card.iou.values + [card.agreement ?? 0]
        guard numbers.allSatisfy(\.isFinite) else { return "One of its measures is no finite number." }
        return candidate.all.meanIntersectionOverUnion == nil
            ? "It could not be measured: the held-out labels are all void." : nil
    }

    private func lostClasses(_ before: ConfusionMatrix, _ after: ConfusionMatrix, _ classes: [String]) -> [String] {
        let (old, new) = (before.intersectionOverUnion, after.intersectionOverUnion)
        return classes.indices.compactMap { label in
            guard before.truePixels[label] >= leastClassPixels, let from = old[label] else { return nil }
            let to = new[label] ?? 0
            guard from - to > classLimit else { return nil }
            return "It sees \(classes[label]) worse: IoU \(percent(from)) → \(percent(to)), \(percent(classLimit)) may be lost."
        }
    }

    /// One class everywhere, or a class that is not found any more.
    private func collapses(_ before: ConfusionMatrix, _ after: ConfusionMatrix, _ classes: [String]) -> [String] {
        let all = max(1, after.truePixels.reduce(0, +))
        return classes.indices.compactMap { label in
            let (truth, old, new) = (
                before.truePixels[label], before.predictedPixels(as: label), after.predictedPixels(as: label)
            )
            if Double(new - max(truth, old)) / Double(all) > dominance {
                return "It labels \(percent(Double(new) / Double(all))) of all held-out pixels \(classes[label]), "
                    + "and \(percent(Double(truth) / Double(all))) are."
            }
            if truth >= leastClassPixels, Double(new) < vanished * Double(min(truth, old)) {
                return
                    "It hardly finds \(classes[label]) any more: \(new) held-out pixels, the incumbent \(old), the labels \(truth)."
            }
            return nil
        }
    }

    /// What it would mean for the next cycle's pseudo-labels.
    private func changedGate(_ incumbent: ModelScore, _ candidate: ModelScore) -> [String] {
        var refusals: [String] = []
        let (old, new) = (incumbent.card, candidate.card)
        if new.selectedRatio < coverage * old.selectedRatio {
            refusals.append(
                "It is confident about \(percent(new.selectedRatio)) of the pixels of recent frames only, the incumbent about "
                    + "\(percent(old.selectedRatio)): the spool would dry up.")
        }
        if let before = incumbent.ranking, let now = candidate.ranking, before - now > rankingLimit {
            refusals.append(
                "Its confidence means less: a right held-out pixel has more of it than a wrong one in \(percent(now)) of all pairs, with "
                    + "the incumbent in \(percent(before)).")
        }
        if let now = candidate.ranking, now < ranking {
            refusals.append(
                "Its confidence tells next to nothing: a right held-out pixel has more of it than a wrong one in \(percent(now)) of all "
                    + "pairs, \(percent(ranking)) are needed.")
        }
        if new.millisecondsPerFrame > slowdown * old.millisecondsPerFrame {
            refusals.append(
                "It is slower: \(milliseconds(new)) a frame, the incumbent \(milliseconds(old)), both of processor time.")
        }
        return refusals
    }

    private func recentFrames(_ old: ScoreCard, _ new: ScoreCard, _ classes: [String]) -> [String] {
        var refusals: [String] = []
        for (label, (before, after)) in zip(old.classShares, new.classShares).enumerated() where after - before > dominance {
            refusals.append(
                "It labels \(percent(after)) of recent frames \(classes[label]), the incumbent \(percent(before)).")
        }
        if let agreement = new.agreement, agreement < self.agreement {
            refusals.append(
                "It contradicts what the incumbent was sure of: in recent frames \(percent(agreement)) of those pixels keep their "
                    + "class, \(percent(self.agreement)) must.")
        }
        return refusals
    }

    private func worstLoss(_ before: ConfusionMatrix, _ after: ConfusionMatrix, _ classes: [String]) -> String {
        let losses = classes.indices.compactMap { label -> (loss: Double, name: String)? in
            guard before.truePixels[label] >= leastClassPixels, let from = before.intersectionOverUnion[label],
                let to = after.intersectionOverUnion[label], to < from
            else { return nil }
            return (from - to, classes[label])
        }
        guard let worst = losses.max(by: { $0.loss < $1.loss }) else { return "no class loses." }
        return "the class that loses most is \(worst.name): \(percent(worst.loss))."
    }

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    func percent(_ ratio: Double) -> String {
        // A tenth of a percent; more says nothing.
        "\((ratio * 1000).rounded() / 10) %"
    }

    private func milliseconds(_ card: ScoreCard) -> String { "\((card.millisecondsPerFrame * 10).rounded() / 10) ms" }
}
