import Learning
import RoadScenes
import Store
import Testing
import Video

@Suite struct PromotionGateTests {
    static let classes = ["road", "building", "pedestrian"]

    /// Ten pictures of 1,000 road, 600 building and 100 pedestrian pixels, of which each model gets a part right; the rest it
    /// takes for the next class. The pictures differ a little.
    private static func score(
        road: Double = 0.8, building: Double = 0.7, pedestrian: Double = 0.5, change: (inout ScoreCard) -> Void = { _ in }
    ) -> ModelScore {
        let rates = [road, building, pedestrian]
        let pictures = (0..<10).map { index in matrix { rates[$0] - 0.01 * Double(index % 3) } }
        let all = pictures.reduce(into: ConfusionMatrix(classes: 3)) { $0.add($1) }
        let pixels = Double(all.truePixels.reduce(0, +))
        var card = ScoreCard(
            miou: all.meanIntersectionOverUnion!, pixelAccuracy: all.pixelAccuracy!, iou: [:], meanConfidence: 0.8,
            selectedRatio: 0.6, classShares: (0..<3).map { Double(all.predictedPixels(as: $0)) / pixels },
            millisecondsPerFrame: 30, agreement: 0.95)
        change(&card)
        return ModelScore(card: card, stretches: pictures, ranking: 0.85)
    }

    private static func matrix(right: (Int) -> Double) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classes: 3)
        for (label, pixels) in [1000, 600, 100].enumerated() {
            let truth = GrayImage(width: pixels, height: 1, filledWith: UInt8(label))
            let guess = GrayImage(width: pixels, height: 1, filledWith: UInt8((label + 1) % 3))
            for pixel in 0..<max(0, Int(Double(pixels) * right(label))) { guess.bytes[pixel] = UInt8(label) }
            matrix.add(truth: truth, prediction: guess)
        }
        return matrix
    }

    private func verdict(_ candidate: ModelScore, gate: PromotionGate = PromotionGate()) -> PromotionGate.Verdict {
        gate.decide(incumbent: Self.score(), candidate: candidate, classes: Self.classes, seed: 1)
    }

    private func refusal(_ candidate: ModelScore, _ words: String, _ location: Testing.SourceLocation = #_sourceLocation) {
        let verdict = verdict(candidate)
        #expect(!verdict.promote && verdict.reason.contains(words), "\(verdict.reason)", sourceLocation: location)
    }

    @Test func aBetterModelIsPromotedWithItsFigures() {
        let verdict = verdict(Self.score(road: 0.85, building: 0.75, pedestrian: 0.55))
        #expect(verdict.promote, "\(verdict.reason)")
        #expect(
            verdict.reason.contains("better in 100.0 % of 1600 draws of 10 stretches")
                && verdict.reason.contains("no class loses"))
    }

    @Test func theSameModelIsNotPromoted() { refusal(Self.score(), "a gain of 0.2 % is needed") }

    @Test func wrongLabelsAreFoundOut() {
        // Everything shifted by one class: what training on shuffled labels gives.
        refusal(Self.score(road: 0.02, building: 0.02, pedestrian: 0.02), "mIoU")
    }

    @Test func aModelOfOneClassIsRefused() {
        let collapsed = ModelScore(
            card: Self.score().card,
            stretches: (0..<10).map { _ in
                var matrix = ConfusionMatrix(classes: 3)
                for (label, pixels) in [1000, 600, 100].enumerated() {
                    let truth = GrayImage(width: pixels, height: 1, filledWith: UInt8(label))
                    let guess = GrayImage(width: pixels, height: 1, filledWith: 0)
                    matrix.add(truth: truth, prediction: guess)
                }
                return matrix
            }, ranking: 0.85)
        refusal(collapsed, "100.0 % of all held-out pixels road")
        refusal(collapsed, "hardly finds building")
    }

    @Test func betterOnAverageButBlindToPedestriansIsRefused() {
        let candidate = Self.score(road: 1, building: 1, pedestrian: 0)
        #expect(candidate.all.meanIntersectionOverUnion! > Self.score().all.meanIntersectionOverUnion!)
        refusal(candidate, "sees pedestrian worse")
    }

    @Test func classesWithHardlyAnyPixelsDoNotDecide() {
        var gate = PromotionGate()
        gate.leastClassPixels = 1001
        let candidate = Self.score(road: 0.95, building: 0.9, pedestrian: 0.2)
        #expect(!verdict(candidate).promote)
        #expect(verdict(candidate, gate: gate).promote)
    }

    @Test func numbersThatAreNoneAreRefused() {
        refusal(Self.score(road: 0.9) { $0.miou = .nan }, "no finite number")
        refusal(Self.score(road: 0.9) { $0.meanConfidence = .infinity }, "no finite number")
        refusal(Self.score(road: 0.9) { $0.classShares[1] = .nan }, "no finite number")
    }

    @Test func aGainOnOnePictureOfManyMayBeChance() {
        // Better on one picture by far, a little worse on the others.
        var lucky = Self.score(road: 0.797, building: 0.697, pedestrian: 0.497)
        lucky.stretches[0] = Self.score(road: 1, building: 1, pedestrian: 1).stretches[0]
        let gain = lucky.all.meanIntersectionOverUnion! - Self.score().all.meanIntersectionOverUnion!
        #expect(gain > 0.002)
        refusal(lucky, "may be chance")
    }

    @Test func slowerOrLessConfidentModelsAreRefused() {
        func better(_ change: (inout ScoreCard) -> Void) -> ModelScore {
            Self.score(road: 0.85, building: 0.75, pedestrian: 0.55, change: change)
        }
        refusal(better { $0.millisecondsPerFrame = 40 }, "slower: 40.0 ms")
        refusal(better { $0.selectedRatio = 0.2 }, "the spool would dry up")
        refusal(better { $0.agreement = 0.5 }, "contradicts")
        refusal(better { $0.classShares = [0.99, 0.01, 0] }, "99.0 % of recent frames road")
    }

    @Test func confidenceThatMeansLessIsRefused() {
        var candidate = Self.score(road: 0.85, building: 0.75, pedestrian: 0.55)
        candidate.ranking = 0.7
        refusal(candidate, "confidence means less")
        // As of labels in no order.
        candidate.ranking = 0.52
        refusal(candidate, "confidence tells next to nothing")
    }

    @Test func fewStretchesCannotTellAGainFromChance() {
        func few(_ score: ModelScore) -> ModelScore {
            var score = score
            score.stretches.removeLast()
            return score
        }
        let verdict = PromotionGate().decide(
            incumbent: few(Self.score()), candidate: few(Self.score(road: 0.9, building: 0.8, pedestrian: 0.6)),
            classes: Self.classes, seed: 1)
        #expect(!verdict.promote && verdict.reason.contains("9 stretches of road"), "\(verdict.reason)")
    }

    /// Each candidate that was refused makes the next one's gain harder to believe.
    @Test func manyAttemptsNeedMoreCertainty() {
        // Better on most stretches, worse on some.
        var candidate = Self.score(road: 0.815, building: 0.715, pedestrian: 0.515)
        for index in 0..<2 {
            candidate.stretches[index] = Self.score(road: 0.79, building: 0.69, pedestrian: 0.49).stretches[index]
        }
        func promote(_ attempt: Int) -> Bool {
            PromotionGate().decide(
                incumbent: Self.score(), candidate: candidate, classes: Self.classes, attempt: attempt, seed: 1
            ).promote
        }
        let verdicts = (1...40).map(promote)
        #expect(verdicts.first == true && verdicts.last == false)
        let firstRefusal = verdicts.firstIndex(of: false) ?? 0
        #expect(verdicts[firstRefusal...].allSatisfy { !$0 })
    }

    /// Ten stretches of a road that nobody labeled.
    private static func road(
        right: Double, steady: Double = 0.95, stretches: Int = 10, noise: Double = 0
    ) -> RoadScore {
        RoadScore(
            stretches: (0..<stretches).map {
                let noise = noise * ($0.isMultiple(of: 2) ? 1 : -1)
                return RoadScore.Stretch(
                    pixels: 10_000, confidence: 10_000 * (right + noise), compared: 8000, same: Int(8000 * steady))
            })
    }

    private func roadVerdict(
        _ old: RoadScore?, _ new: RoadScore?, _ candidate: ModelScore = score()
    ) -> PromotionGate.Verdict {
        var (incumbent, candidate) = (Self.score(), candidate)
        (incumbent.road, candidate.road) = (old, new)
        return PromotionGate().decide(incumbent: incumbent, candidate: candidate, classes: Self.classes, seed: 1)
    }

    @Test func whoIsBetterOnTheNewRoadAndNoWorseOnTheOldOneIsPromoted() {
        // A little worse on held-out labels.
        let verdict = roadVerdict(
            Self.road(right: 0.8), Self.road(right: 0.85), Self.score(road: 0.798, building: 0.698, pedestrian: 0.498))
        #expect(verdict.promote, "\(verdict.reason)")
        #expect(
            verdict.reason.contains("80.0 % → 85.0 % of the pixels should be right") && verdict.reason.contains("95.0 % → 95.0 %")
        )
    }

    @Test func whoLosesTheOldRoadIsNot() {
        let verdict = roadVerdict(
            Self.road(right: 0.8), Self.road(right: 0.85), Self.score(road: 0.79, building: 0.69, pedestrian: 0.49))
        #expect(!verdict.promote && verdict.reason.contains("It loses what it knew"), "\(verdict.reason)")
    }

    @Test func sureLabelsThatFlickerAreNoGain() {
        let verdict = roadVerdict(Self.road(right: 0.8), Self.road(right: 0.9, steady: 0.9))
        #expect(!verdict.promote && verdict.reason.contains("flicker"), "\(verdict.reason)")
    }

    /// Two pictures of the road, cut into twelve parts each.
    private static func human(_ right: Double, noise: Double = 0) -> HumanScore {
        HumanScore(
            pictures: 2,
            blocks: (0..<24).map { index in matrix { _ in right + noise * (index.isMultiple(of: 2) ? 1 : -1) } })
    }

    private func humanVerdict(
        _ old: HumanScore, _ new: HumanScore, _ candidate: ModelScore = score()
    ) -> PromotionGate.Verdict {
        var (incumbent, candidate) = (Self.score(), candidate)
        (incumbent.human, candidate.human) = (old, new)
        // What is known of the old road is a single stretch, as CamVid's is: it alone can tell no gain.
        (incumbent.stretches, candidate.stretches) = ([incumbent.all], [candidate.all])
        return PromotionGate().decide(incumbent: incumbent, candidate: candidate, classes: Self.classes, seed: 1)
    }

    @Test func whatPeopleLabeledOfThisRoadPromotes() {
        let verdict = humanVerdict(Self.human(0.5), Self.human(0.6))
        #expect(
            verdict.promote && verdict.reason.hasPrefix("2 pictures of this road that people labeled")
                && verdict.reason.contains("24 parts of them"), "\(verdict.reason)")
    }

    @Test func whereItIsRightByPeoplesLabelsItMayContradictWhatWasSure() {
        let contrary = Self.score { $0.agreement = 0.3 }
        let verdict = humanVerdict(Self.human(0.5), Self.human(0.6), contrary)
        #expect(verdict.promote, "\(verdict.reason)")
        let without = humanVerdict(Self.human(0.5), Self.human(0.5), contrary)
        #expect(!without.promote && without.reason.contains("contradicts"), "\(without.reason)")
    }

    @Test func whoSeesThisRoadWorseThanPeopleSayIsRefusedWhateverElseIsBetter() {
        let better = Self.score(road: 0.85, building: 0.75, pedestrian: 0.55)
        let verdict = humanVerdict(Self.human(0.6), Self.human(0.58), better)
        #expect(!verdict.promote && verdict.reason.contains("sees this road worse"), "\(verdict.reason)")
    }

    @Test func aGainOnPeoplesLabelsMayBeChanceOrCostTheOldRoad() {
        let chance = humanVerdict(Self.human(0.6, noise: 0.2), Self.human(0.605, noise: -0.2))
        #expect(!chance.promote && chance.reason.contains("may be chance"), "\(chance.reason)")
        let costly = humanVerdict(Self.human(0.5), Self.human(0.6), Self.score(road: 0.78, building: 0.68, pedestrian: 0.48))
        #expect(!costly.promote && costly.reason.contains("It loses what it knew"), "\(costly.reason)")
    }

    @Test func aGainOfTheNewRoadMayBeChanceToo() {
        let verdict = roadVerdict(Self.road(right: 0.8, noise: 0.1), Self.road(right: 0.806, noise: -0.1))
        #expect(
            !verdict.promote && verdict.reason.contains("New road") && verdict.reason.contains("may be chance"),
            "\(verdict.reason)")
    }

    @Test func aShortStretchOfNewRoadTellsNothing() {
        let verdict = roadVerdict(Self.road(right: 0.8, stretches: 9), Self.road(right: 0.9, stretches: 9))
        #expect(!verdict.promote && verdict.reason.contains("9 stretches of road"), "\(verdict.reason)")
        // Nor does one that was not looked at, or by one model only.
        #expect(!roadVerdict(nil, Self.road(right: 0.9)).promote)
    }

    @Test func theVerdictIsTheSameEveryTime() {
        var lucky = Self.score(road: 0.81, building: 0.69, pedestrian: 0.505)
        lucky.stretches.swapAt(0, 1)
        let verdicts = (0..<3).map { _ in verdict(lucky) }
        #expect(verdicts[0] == verdicts[1] && verdicts[1] == verdicts[2])
    }
}
