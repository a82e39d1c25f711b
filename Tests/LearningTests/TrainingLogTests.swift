import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct TrainingLogTests {
    private let workers: WorkerPool
    private let data: SyntheticData
    private let set: TrainingSet

    init() throws {
        workers = try WorkerPool(threads: 2)
        data = try SyntheticData(pictures: 12)
        set = try TrainingSet([data.dataset()])
    }

    /// Three steps an epoch, a checkpoint after each.
    private func training(validation: TrainingSet? = nil) throws -> SegmentationTraining {
        var training = SegmentationTraining(
            try TrainingTests.recipe(epochs: 3), train: set, validation: validation, workers: workers)
        training.session = TrainingSession(
            seed: 3, checkpoint: data.path + "/checkpoint", log: data.path + "/t.log.jsonl", drawing: data.path + "/t.svg")
        training.session.checkpointEvery = 1
        return training
    }

    private struct Line: Codable {
        let epoch: Int
        let step: Int
        let loss: Double
        let miou: Double?
        let seconds: Double
    }

    private func lines() throws -> [Line] {
        try String(contentsOfFile: data.path + "/t.log.jsonl", encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }

    @Test(arguments: [2, 3, 4, 8]) func afterAKillTheLogGoesOnWithoutGapOrDouble(killedAfter kill: Int) throws {
        _ = try training().run()
        let whole = try lines()
        #expect(whole.map(\.step) == [3, 6, 9])
        // What a kill leaves: a checkpoint of some step and a log that is further, with half a line at its end.
        var saved: Data?
        _ = try training().run { if $0.step == kill { saved = FileManager.default.contents(atPath: data.path + "/checkpoint") } }
        try #require(saved).write(to: URL(fileURLWithPath: data.path + "/checkpoint"))
        let log = URL(fileURLWithPath: data.path + "/t.log.jsonl")
        try (Data(contentsOf: log) + Data("{\"epoch\": 4, \"lo".utf8)).write(to: log)
        var resumed = try training()
        resumed.session.isResumed = true
        _ = try resumed.run()
        #expect(try lines().map(\.step) == [3, 6, 9])
        #expect(try lines().map(\.loss) == whole.map(\.loss))
        #expect(try zip(lines(), lines().dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
        #expect(try String(contentsOfFile: data.path + "/t.svg", encoding: .utf8).contains("<polyline"))
    }

    /// All steps are done then, and none is left to evaluate after.
    @Test func afterAKillBeforeTheBundleIsWrittenItsScoreIsThere() throws {
        let whole = try training(validation: set).run()
        var resumed = try training(validation: set)
        resumed.session.isResumed = true
        var steps = 0
        let bundle = try resumed.run { _ in steps += 1 }
        #expect(steps == 0 && bundle.segmentation == whole.segmentation)
        #expect(bundle.metrics["miou"] != nil && bundle.metrics == whole.metrics)
    }

    @Test func theBundleKeepsTheCardOfItsTraining() throws {
        let bundle = try training(validation: set).run()
        let card = try #require(bundle.lineage.trainings?.first)
        let lines = try lines()
        #expect(bundle.lineage.trainings?.count == 1)
        #expect(card.network == .segmentation)
        #expect((card.items, card.steps, card.seed, card.threads, card.processes) == (12, 9, 3, 2, 1))
        #expect((card.firstLoss, card.lastLoss) == (lines[0].loss, lines[2].loss))
        #expect(card.lastMIoU == lines[2].miou && card.lastMIoU == bundle.metrics["miou"])
        #expect(card.seconds >= lines[2].seconds && card.seconds > 0)
        #expect(card.recipe["name"] == "camvid-quick" && card.recipe["batch"] == "4" && card.recipe["crop_width"] == "64")
        #expect(card.recipe["average"] == nil)

        let path = data.path + "/bundle.safetensors"
        try bundle.write(to: path)
        #expect(try ModelBundle(contentsOf: path).lineage == bundle.lineage)
        #expect(bundle.lineage.trainingItems?.allSatisfy { $0.hasPrefix("folder:camber-learning-") } == true)
    }
}
