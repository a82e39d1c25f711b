import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Store
import Synchronization
import SyntheticRoad
import Testing
import Video

@Suite struct CycleTests {
    private func record(_ outcome: LearningCycle.Outcome) throws -> CycleRecord {
        guard case .finished(let record) = outcome else {
            Issue.record("\(outcome)")
            throw LearningError("unfinished")
        }
        return record
    }

    @Test func aBetterCandidateIsPromotedAndTheHistorySaysWhy() throws {
        let fixture = try CycleFixture(epochs: 4)
        let record = try record(fixture.run(fixture.plan(epochs: 12)))
        #expect(record.promoted, "\(record.reason)")
        let registry = try fixture.registry()
        let current = try #require(try registry.current())
        #expect(current.number == record.candidate && current.origin == "cycle \(record.id)")
        let bundle = try registry.bundle(current.number)
        #expect(bundle.auxiliaryIsTrained && bundle.metrics["miou"] == record.candidateCard?.miou)
        #expect(bundle.lineage.trainingItems == record.items && record.items.count == 14)
        #expect(record.lossCurve.count == 12 && record.lossCurve.last! < record.lossCurve.first!)
        #expect(try registry.cycles().map(\.id) == [record.id])
        // Nothing is left of the cycle; the spool keeps its frames.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.work).sorted() == ["camber-learn.txt", "lock"])
        #expect(try fixture.spool().verify().isEmpty && fixture.spool().items().count == 6)
    }

    @Test func whetherTheNewRoadIsSeenBetterIsMeasuredOnFramesThatWereKeptBack() throws {
        let fixture = try CycleFixture(frames: 0)
        let spool = try fixture.spool()
        let road = SyntheticRoad(seed: 3, width: 96, height: 64)
        for number in 0..<33 {
            let (image, before) = (RGBImage(width: 96, height: 64), RGBImage(width: 96, height: 64))
            road.render(at: Double(number) * 11, into: image)
            road.render(at: Double(number) * 11 - 0.05, into: before)
            _ = try spool.add(
                SpoolEntry(
                    frame: image, labels: GrayImage(width: 96, height: 64), source: "road", frameNumber: number * 330,
                    time: Date(timeIntervalSince1970: Double(number) * 11), model: "m", threshold: 0.5, selectedRatio: 1,
                    signature: [UInt8(number)], before: before))
        }
        let plan = try fixture.plan(epochs: 1)
        let cycle = try LearningCycle(plan, spool: fixture.spool(), registry: fixture.registry())
        let (interrupted, survey) = try cycle.look()
        #expect(interrupted == nil && survey.learned.count == 22 && survey.keptBack.count == 11 && survey.labeled == 8)
        #expect(!FileManager.default.fileExists(atPath: plan.work), "nothing is written")
        let record = try record(fixture.run(plan))
        #expect(record.items.count == 8 + 22, "a third of 33 stretches is not learned from")
        let card = try #require(record.candidateCard)
        let (expected, steady) = (try #require(card.expectedAccuracy), try #require(card.steadiness))
        #expect((0.05...1).contains(expected) && (0.3...1).contains(steady), "\(expected), \(steady)")
        #expect(record.incumbentCard.expectedAccuracy == nil, "it is not calibrated")
    }

    @Test func whatWaitsForAPersonIsNotLearnedFrom() throws {
        let fixture = try CycleFixture()
        let image = RGBImage(width: 96, height: 64)
        SyntheticRoad(seed: 5, width: 96, height: 64).render(at: 1, into: image)
        let added = try fixture.spool().add(
            SpoolEntry(
                frame: image, labels: GrayImage(width: 96, height: 64), source: "road", frameNumber: 900,
                time: Date(timeIntervalSince1970: 900), model: "m", threshold: 0.5, selectedRatio: 1, signature: [9],
                unsureness: 0.5))
        let (_, survey) = try LearningCycle(fixture.plan(), spool: fixture.spool(), registry: fixture.registry()).look()
        #expect(survey.learned.count == 6 && !survey.learned.contains { $0.id == added.id })
        #expect(try UnlabeledPictures([fixture.path + "/spool"]).count == 6)
    }

    @Test func moreLabeledPicturesCountByTheirWeight() throws {
        let fixture = try CycleFixture()
        let more = try SyntheticData(pictures: 4, seed: 9)
        var plan = try fixture.plan(epochs: 1)
        plan.also = [WeightedDataset(try more.dataset(), weight: 0.5)]
        let (_, survey) = try LearningCycle(plan, spool: fixture.spool(), registry: fixture.registry()).look()
        #expect(survey.labeled == 12)
        func pictures(_ weight: Double) throws -> [Int] {
            WeightedDataset(try more.dataset(), weight: weight).copies(seed: 1).map(\.items.count)
        }
        #expect(try pictures(1) == [4] && pictures(2.5) == [4, 4, 2] && pictures(0.01) == [1])
    }

    @Test func labelsAreMatchedByTheNamesOfTheirClasses() throws {
        let made = try SyntheticData(pictures: 1)
        let data = try made.dataset()
        let own = try data.labels(data.items[0])
        let others = ClassSet(Array(data.classes.members.reversed().dropFirst(3)) + [.init("unicorn", 1, 2, 3)])
        let matched = try data.matching(others)
        #expect(matched.classes.names == others.names)
        #expect(matched.unmatched?.unknown == ["unicorn"] && matched.unmatched?.void == Array(data.classes.names.suffix(3)))
        let labels = try matched.labels(matched.items[0])
        let names = zip(own.bytes, labels.bytes).map { before, after in
            (data.classes.names[Int(before)], after == ClassSet.void ? nil : others.names[Int(after)])
        }
        let lost = Set(data.classes.names.suffix(3))
        #expect(names.allSatisfy { $1 == (lost.contains($0) ? nil : $0) } && names.contains { $1 != nil })
        #expect(throws: SceneError.self) { try data.matching(ClassSet([.init("unicorn", 1, 2, 3)])) }
        #expect(try data.matching(data.classes).unmatched == nil)
        // Its files go with it.
        withExtendedLifetime(made) {}
    }

    @Test func whatPeopleLabeledIsLearnedFromAndJudges() throws {
        let fixture = try CycleFixture()
        let data = try SyntheticData(pictures: 6, seed: 9)
        try HumanLabelsTests.add([0, 20, 40, 60, 80, 100], to: data)
        var plan = try fixture.plan(epochs: 1)
        plan.human = try HumanLabels(data.dataset())
        let record = try record(fixture.run(plan))
        #expect(record.items.count { $0.hasPrefix("folder:\(data.path)/") } == 4)
        #expect(record.items.count == 8 + 4 + 6)
        #expect(record.incumbentCard.humanMiou != nil && record.candidateCard?.humanMiou != nil)
        #expect(record.reason.contains("2 pictures of this road that people labeled"), "\(record.reason)")
    }

    @Test func aWorseCandidateIsRejectedAndTheIncumbentStays() throws {
        let fixture = try CycleFixture(epochs: 12)
        let before = try fixture.registry().current()
        // Every label is that of the next class, and hardly any pseudo-label says otherwise.
        for index in 0..<8 {
            let path = "\(fixture.labeled.path)/labels/\(index).png"
            let labels = try ImageFile.readGray(path)
            for pixel in labels.bytes.indices where labels.bytes[pixel] != ClassSet.void {
                labels.bytes[pixel] = (labels.bytes[pixel] + 1) % 11
            }
            try ImageFile.write(labels, to: path)
        }
        var plan = try fixture.plan(epochs: 8)
        plan.selection = PixelSelection(threshold: 1)
        let record = try record(fixture.run(plan))
        #expect(!record.promoted && record.candidate != nil)
        #expect(record.reason.contains("mIoU"))
        #expect(try fixture.registry().current() == before)
        #expect(try fixture.registry().entries().first { $0.number == record.candidate }?.state == .rejected)
    }

    @Test func trainingThatDivergesLeavesNoCandidate() throws {
        let fixture = try CycleFixture()
        var plan = try fixture.plan(epochs: 4)
        plan.recipe.segmentation.learningRate = 1e30
        let record = try record(fixture.run(plan))
        #expect(!record.promoted)
        #expect(record.candidate == nil && record.reason.contains("There is no candidate"))
        #expect(record.mainReason == "There is no candidate: the training diverged.")
    }

    @Test func stoppedAgainAndAgainItEndsWithTheSameBits() throws {
        let fixture = try CycleFixture()
        let other = try fixture.copied()
        let undisturbed = try record(fixture.run(fixture.plan()))
        // Lets a few steps pass in each run.
        var runs = 0
        var outcome = LearningCycle.Outcome.stopped
        while case .stopped = outcome, runs < 200 {
            let asked = Mutex(0)
            runs += 1
            outcome = try other.run(other.plan()) {
                asked.withLock {
                    $0 += 1
                    return $0 > 25
                }
            }
        }
        let stopped = try record(outcome)
        #expect(runs > 2)
        #expect(stopped.id == undisturbed.id && stopped.reason == undisturbed.reason)
        #expect(stopped.items == undisturbed.items && stopped.lossCurve.count == undisturbed.lossCurve.count)
        let (first, second) = try (
            fixture.registry().bundle(#require(undisturbed.candidate)), other.registry().bundle(#require(stopped.candidate))
        )
        #expect(first.segmentation == second.segmentation && first.auxiliary == second.auxiliary)
        #expect(try other.registry().entries().count == 2)
    }

    @Test func whatTheSpoolLosesMeanwhileTheCycleStillHas() throws {
        let fixture = try CycleFixture()
        let asked = Mutex(0)
        let first = try fixture.run(fixture.plan()) {
            asked.withLock {
                $0 += 1
                return $0 > 20
            }
        }
        guard case .stopped = first else { return #expect(Bool(false), "\(first)") }
        let spool = try fixture.spool()
        for item in try spool.items() { try spool.delete(item.id) }
        #expect(try record(fixture.run(fixture.plan())).items.count == 14)
    }

    @Test func tooFewFramesAreNoFailure() throws {
        let fixture = try CycleFixture(frames: 3)
        guard case .tooFewItems(3, _) = try fixture.run(fixture.plan()) else { return #expect(Bool(false)) }
        #expect(try fixture.registry().cycles().isEmpty)
    }

    @Test func damagedFramesAreLeftOut() throws {
        let fixture = try CycleFixture(frames: 4)
        let item = try #require(try fixture.spool().items().first)
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: item.framePath))
        guard case .tooFewItems(3, _) = try fixture.run(fixture.plan()) else { return #expect(Bool(false)) }
    }

    @Test func heldOutPicturesAreNeverTrainedOn() throws {
        let fixture = try CycleFixture()
        // The same pixels under another name.
        try FileManager.default.removeItem(atPath: fixture.labeled.path + "/images/5.png")
        try FileManager.default.copyItem(
            atPath: fixture.heldOut.path + "/images/1.png", toPath: fixture.labeled.path + "/images/5.png")
        #expect {
            try fixture.run(fixture.plan())
        } throws: {
            ($0 as? LearningError)?.problem.contains("5.png is to be trained on, and it is held out") == true
        }
    }

    /// A data set of what people labeled may be the held-out one, or share pictures with it.
    @Test func heldOutPicturesAreNoneOfWhatPeopleLabeledToLearnFrom() throws {
        let fixture = try CycleFixture()
        var plan = try fixture.plan()
        plan.human = try HumanLabels(plan.heldOut)
        func problem() throws -> String {
            let cycle = try LearningCycle(plan, spool: fixture.spool(), registry: fixture.registry())
            do throws(LearningError) {
                _ = try cycle.look()
                return ""
            } catch {
                return error.description
            }
        }
        #expect(try problem().contains("Take it out of learn.human or of learn.held_out"))
        let copied = try SyntheticData(pictures: 1, seed: 9)
        try FileManager.default.removeItem(atPath: copied.path + "/images/0.png")
        try FileManager.default.copyItem(
            atPath: fixture.heldOut.path + "/images/1.png", toPath: copied.path + "/images/0.png")
        plan.human = try HumanLabels(copied.dataset())
        #expect(try problem().contains("1.png. Take it out of learn.human or of learn.held_out"))
        plan.human = nil
        plan.also = [WeightedDataset(try copied.dataset())]
        #expect(try problem().contains("Take it out of learn.also or of learn.held_out"))
    }

    @Test func whatPeopleLabeledNearHeldOutPicturesIsLeftOut() throws {
        let fixture = try CycleFixture()
        let data = try SyntheticData(pictures: 2, seed: 9)
        try HumanLabelsTests.add([0, 2], to: data)
        // The camera's other second is held out.
        try HumanLabelsTests.add([4], to: fixture.heldOut)
        var plan = try fixture.plan(epochs: 1)
        plan.human = try HumanLabels(data.dataset())
        let (_, survey) = try LearningCycle(plan, spool: fixture.spool(), registry: fixture.registry()).look()
        #expect(survey.humanLearned == 0 && survey.labeled == 8)
        #expect(survey.leftOut.count { $0.hasPrefix("folder:\(data.path)/") && $0.contains("within seconds") } == 2)
        let record = try record(fixture.run(plan))
        #expect(!record.items.contains { $0.hasPrefix("folder:\(data.path)/") })
    }

    /// Half a training of one set of labels and half of another is none of either.
    @Test func aCycleWhoseLabelsWereCorrectedMeanwhileBeginsAnew() throws {
        let fixture = try CycleFixture()
        let (plan, begun) = (try fixture.plan(), fixture.work + "/cycle.json")
        _ = try fixture.run(plan) { FileManager.default.fileExists(atPath: begun) }
        func interrupted() throws -> Int? {
            try LearningCycle(plan, spool: fixture.spool(), registry: fixture.registry()).look().interrupted
        }
        #expect(try interrupted() == 1)
        for data in [fixture.labeled, fixture.heldOut] {
            let label = URL(fileURLWithPath: data.path + "/labels/2.png")
            let before = try Data(contentsOf: label)
            try ImageFile.write(GrayImage(width: 96, height: 64), to: label.path)
            #expect(try interrupted() == nil)
            try before.write(to: label)
            #expect(try interrupted() == 1)
        }
    }

    /// Labels of all classes but two, by which no pixel of these can be right: what is taken for them is wrong of the others alone.
    @Test func aClassThatHeldOutLabelsKnowNothingOfCountsInNoMean() throws {
        let fixture = try CycleFixture()
        var plan = try fixture.plan(epochs: 1)
        let names = plan.heldOut.classes.names
        let fewer = ClassSet(Array(plan.heldOut.classes.members.filter { !["road", "car"].contains($0.name) }))
        for item in plan.heldOut.items {
            let labels = try plan.heldOut.labels(item)
            labels.renumber(ClassSet.renumbering(from: names, to: fewer.names))
            try ImageFile.write(labels, to: item.labels)
        }
        try fewer.write(to: fixture.heldOut.path + "/classes.yaml")
        plan.heldOut = try fixture.heldOut.dataset().matching(ClassSet.camvid)
        let card = try record(fixture.run(plan)).incumbentCard
        #expect(card.iou["road"] == nil && card.iou["car"] == nil && !card.iou.isEmpty)
        #expect(abs(card.miou - card.iou.values.reduce(0, +) / Double(card.iou.count)) < 1e-9)
    }

    @Test func twoCyclesNeverRunAtOnce() throws {
        let fixture = try CycleFixture()
        let inner = Mutex<[LearningCycle.Outcome]>([])
        let plan = try fixture.plan()
        let (spool, registry) = try (fixture.spool(), fixture.registry())
        _ = try fixture.run(plan) {
            if let outcome = try? LearningCycle(plan, spool: spool, registry: registry).run() {
                inner.withLock { $0.append(outcome) }
            }
            return true
        }
        let outcomes = inner.withLock { $0 }
        #expect(!outcomes.isEmpty)
        for outcome in outcomes {
            guard case .alreadyRunning(let owner) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(owner == "process \(ProcessInfo.processInfo.processIdentifier)")
        }
    }
}
