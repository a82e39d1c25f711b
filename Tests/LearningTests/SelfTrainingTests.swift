import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Store
import Testing
import Video

@Suite final class SelfTrainingTests {
    private let fixture: CycleFixture
    private let teacher: ModelBundle

    init() throws {
        fixture = try CycleFixture(frames: 6)
        teacher = try fixture.registry().bundle(try #require(try fixture.registry().current()).number)
    }

    private func recipe(_ retraining: Recipe.Retraining?, mix: SampleMix.Kind? = nil) throws -> Recipe {
        var recipe = try TrainingTests.recipe(epochs: 3)
        (recipe.retraining, recipe.segmentation.mix, recipe.segmentation.average) = (retraining, mix, 0.5)
        return recipe
    }

    private func run(
        _ recipe: Recipe, in folder: String, session: TrainingSession = TrainingSession(seed: 5), isResumed: Bool = false
    ) throws -> ModelBundle {
        let stage = SelfTraining(
            recipe, teacher: teacher, labeled: [try fixture.labeled.dataset()],
            pictures: try UnlabeledPictures([fixture.path + "/spool"]), selection: PixelSelection(threshold: 0.5),
            folder: "\(fixture.path)/\(folder)",
            workers: fixture.workers)
        try stage.label(isResumed: isResumed)
        return try stage.training(from: SegmentationStart(continuing: teacher), validation: nil, session: session).run()
    }

    private static let switches: [(Recipe.Retraining?, SampleMix.Kind?)] = [
        (Recipe.Retraining(weighByConfidence: true), nil), (Recipe.Retraining(leastShare: 1), nil),
        (Recipe.Retraining(mostTimes: 0.5), nil), (Recipe.Retraining(relabelAt: [0.4]), nil), (nil, .cutmix), (nil, .classmix),
    ]

    @Test func eachSwitchChangesTheResult() throws {
        let plain = try run(recipe(nil), in: "plain").segmentation
        for (number, (retraining, mix)) in Self.switches.enumerated() {
            let recipe = try recipe(retraining, mix: mix)
            let first = try run(recipe, in: "first-\(number)").segmentation
            #expect(first != plain, "switch \(number)")
            #expect(first.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        }
    }

    @Test func allSwitchesTogetherGiveTheSameTwice() throws {
        let recipe = try recipe(
            Recipe.Retraining(weighByConfidence: true, leastShare: 1, mostTimes: 0.5, relabelAt: [0.4]), mix: .classmix)
        #expect(try run(recipe, in: "first").segmentation == run(recipe, in: "second").segmentation)
    }

    private func labels(_ folder: String) throws -> [Data] {
        let path = "\(fixture.path)/\(folder)/labels"
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
            try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)"))
        }
    }

    @Test func labelsMadeAnewAreOfTheNetworkThatLearns() throws {
        _ = try run(recipe(Recipe.Retraining(relabelAt: [0.4, 0.7])), in: "labels")
        let (first, second, third) = (try labels("labels"), try labels("labels-1"), try labels("labels-2"))
        #expect(first.count == 6 && second.count == 6 && third.count == 6)
        #expect(first != second && second != third)
    }

    /// Stopped before labels are made anew, at that step, while they are made, and after it; each step and each picture counts.
    @Test(arguments: [2, 4, 6, 12]) func aResumedTrainingEndsWithTheBitsOfAnUninterruptedOne(count: Int) throws {
        let recipe = try recipe(Recipe.Retraining(weighByConfidence: true, relabelAt: [0.44]), mix: .cutmix)
        let whole = try run(recipe, in: "whole")
        var session = TrainingSession(seed: 5, checkpoint: fixture.path + "/checkpoint", isResumed: true)
        let counter = Counter()
        session.isStopped = { counter.next() == count }
        #expect(throws: LearningError.self) { try run(recipe, in: "parts", session: session) }
        session.isStopped = { false }
        #expect(try run(recipe, in: "parts", session: session, isResumed: true).segmentation == whole.segmentation)
    }

    /// Stage 3 with these pixels of the fixture's spool.
    private func stage(threshold: Double, _ teacher: ModelBundle? = nil) throws -> SelfTraining {
        SelfTraining(
            try recipe(nil), teacher: teacher ?? self.teacher, labeled: [try fixture.labeled.dataset()],
            pictures: try UnlabeledPictures([fixture.path + "/spool"]), selection: PixelSelection(threshold: threshold),
            folder: fixture.path + "/labels", workers: fixture.workers)
    }

    /// What an interrupted labeling with these options leaves: no label of the last picture.
    private func begin(threshold: Double) throws {
        let stage = try stage(threshold: threshold)
        try stage.label(isResumed: false, note: stage.note)
        let folder = fixture.path + "/labels/labels"
        let last = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).max())
        try FileManager.default.removeItem(atPath: "\(folder)/\(last)")
    }

    @Test func labelsOfOtherOptionsAreNotGoneOnWith() throws {
        try begin(threshold: 0)
        try stage(threshold: 1).goOnLabeling(isTraining: false)
        let resumed = try labels("labels")
        try stage(threshold: 1).label(isResumed: false)
        #expect(try resumed == labels("labels"))

        // Nor those of another bundle.
        let network = SegmentationNetwork.graph(classes: teacher.classes.count)
        let other = try teacher.replacing(segmentation: Weights.heInitialized(for: network, seed: 9))
        #expect(try stage(threshold: 1, other).note != stage(threshold: 1).note)
    }

    @Test func aCheckpointDoesNotGoOnWithOtherLabels() throws {
        try begin(threshold: 0)
        let before = try labels("labels")
        let error = #expect(throws: LearningError.self) { try stage(threshold: 1).goOnLabeling(isTraining: true) }
        #expect(error?.problem.contains("labeled-by.txt") == true)
        #expect(try labels("labels") == before)
        try stage(threshold: 0).goOnLabeling(isTraining: true)
        #expect(try labels("labels").count == before.count + 1)
    }

    /// The checkpoint knows what was labeled at the start.
    @Test func aTrainingThatIsResumedLabelsNothingThatCameLater() throws {
        let stage = try stage(threshold: 0)
        try stage.label(isResumed: false, note: stage.note)
        let before = try labels("labels")
        try fixture.spool().delete(try #require(try fixture.spool().items().last).id)
        _ = try fixture.spool().add(
            SpoolEntry(
                frame: RGBImage(width: 96, height: 64), labels: GrayImage(width: 96, height: 64), source: "road",
                frameNumber: 99, time: Date(timeIntervalSince1970: 99), model: teacher.fingerprint, threshold: 0.5,
                selectedRatio: 1, signature: [99]))
        try self.stage(threshold: 0).goOnLabeling(isTraining: true)
        #expect(try labels("labels") == before)
    }

    @Test func noClassTakesMoreThanItsShareOfThePseudoLabels() throws {
        func shares(_ retraining: Recipe.Retraining?, _ folder: String) throws -> [Double] {
            _ = try run(recipe(retraining), in: folder)
            return try TrainingSet([Dataset(DatasetLocation(.folder, "\(fixture.path)/\(folder)"))]).classShares()
        }
        let labeled = try TrainingSet([fixture.labeled.dataset()]).classShares()
        let (free, capped) = (try shares(nil, "free"), try shares(Recipe.Retraining(mostTimes: 1), "capped"))
        func excess(_ shares: [Double]) -> Double { zip(shares, labeled).map { max(0, $0 - $1) }.reduce(0, +) }
        #expect(excess(capped) < excess(free))
    }
}

/// Counts calls, from 1.
private final class Counter: @unchecked Sendable {
    // Safe to send: only the thread that trains calls it.
    private var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
