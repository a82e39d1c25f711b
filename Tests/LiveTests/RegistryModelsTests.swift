import Foundation
import Live
import NeuralNetwork
import RoadScenes
import Store
import TestSupport
import Testing

@Suite final class RegistryModelsTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let classes = ClassSet(Array(ClassSet.camvid.members.prefix(3)))
    private let registry: ModelRegistry
    private let models: RegistryModels

    init() throws {
        registry = try ModelRegistry(folder: temporary.file("models"))
        models = RegistryModels(registry, .init(size: nil, threads: 1, withConfidence: false, withJudge: false))
    }

    private func bundle(seed: UInt64, _ network: Network = .paper) throws -> ModelBundle {
        try ModelBundle(
            network: network, classes: classes, inputSize: .init(height: 32, width: 32),
            segmentation: Weights.heInitialized(for: network.graph(classes: 3), seed: seed))
    }

    @Test func anEmptyRegistryStartsWithTheSeedOnce() throws {
        #expect(throws: LiveError.self) { try models.first { _ in } }
        let seed = folder.appendingPathComponent("seed.safetensors").path
        try bundle(seed: 1).write(to: seed)
        for _ in 0..<2 { try models.seed(with: seed) }
        #expect(try registry.entries().map(\.number) == [1])
        let first = try models.first { _ in }
        #expect(first.model.number == 1 && first.width == 32)
        #expect(try models.wanted() == 1)
    }

    @Test func aFirstModelWhosePromotionWasLostIsPromotedAndNoOther() throws {
        let seed = folder.appendingPathComponent("seed.safetensors").path
        try bundle(seed: 2).write(to: seed)
        try registry.add(try bundle(seed: 1), origin: "import")
        try models.seed(with: seed)
        #expect(try registry.current() == nil && registry.entries().count == 1, "somebody's candidate stays one")
        try bundle(seed: 1).write(to: seed)
        try models.seed(with: seed)
        #expect(try registry.current()?.number == 1 && registry.entries().count == 1)
    }

    @Test func aFirstModelIsToldByMoreThanItsWeights() throws {
        let seed = folder.appendingPathComponent("seed.safetensors").path
        let plain = try bundle(seed: 1)
        let trained = try plain.replacing(auxiliary: plain.auxiliary)
        try registry.add(trained, origin: "import")
        try trained.replacing(calibration: calibration).write(to: seed)
        try models.seed(with: seed)
        #expect(try registry.current() == nil && registry.entries().count == 1, "somebody's candidate stays one")
        try trained.write(to: seed)
        try models.seed(with: seed)
        #expect(try registry.current()?.number == 1 && registry.entries().count == 1)
    }

    private var calibration: ConfidenceCalibration {
        ConfidenceCalibration(
            auxiliary: 1, topProbability: 1, offsets: [0, 0, 0],
            thresholds: Array(repeating: ConfidenceCalibration.precisions.map { Double($0) / 100 }, count: 3))
    }

    @Test func aCandidateThatCannotBeReadKeepsNoSeedOut() throws {
        let seed = folder.appendingPathComponent("seed.safetensors").path
        try bundle(seed: 1).write(to: seed)
        let candidate = try registry.add(try bundle(seed: 1), origin: "import")
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: candidate.path))
        try models.seed(with: seed)
        #expect(try models.first { _ in }.model.number == 2)
    }

    @Test func onlyWhatARollbackMadeCurrentIsAReturn() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            try registry.promote(try registry.add(try bundle(seed: seed), origin: "test").number, reason: "test")
        }
        #expect(!models.isReturn(2) && !models.isReturn(1) && !models.isReturn(7))
        try registry.rollback(reason: "test")
        #expect(models.isReturn(1) && !models.isReturn(2))
        try registry.promote(try registry.add(try bundle(seed: 3), origin: "test").number, reason: "test")
        try registry.promote(1, reason: "test")
        #expect(!models.isReturn(1), "somebody wants it anew")
    }

    @Test func howFarAWatchIsIsFoundAgainByItsDaemonAlone() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            try registry.promote(try registry.add(try bundle(seed: seed), origin: "test").number, reason: "test")
        }
        let options = RegistryModels.Options(size: nil, threads: 1, withConfidence: false, withJudge: false)
        let front = RegistryModels(registry, options, watcher: "/etc/camber/front.yaml")
        try models.keep(ModelWatch(watcher: "", model: 2))
        #expect(front.watch() == nil && models.watch() == nil)
        try front.keep(ModelWatch(watcher: "", model: 2, previous: 1, remaining: 12.5, frames: 9, late: 1, latency: 3))
        #expect(RegistryModels(registry, options, watcher: "/etc/camber/rear.yaml").watch() == nil)
        let found = RegistryModels(registry, options, watcher: "/etc/camber/front.yaml").watch()
        #expect(found?.previous == 1 && found?.remaining == 12.5 && found?.late == 1)
        // What was taken back while nothing ran is nothing to compare with.
        try registry.rollback(reason: "test")
        #expect(front.watch() == nil)
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: registry.folder + "/watch").first)
        try Data("{".utf8).write(to: URL(fileURLWithPath: registry.folder + "/watch/" + file))
        #expect(front.watch() == nil)
    }

    @Test func damagedBundlesGetAnErrorAndThoseBeforeThemStart() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            try registry.promote(try registry.add(try bundle(seed: seed), origin: "test").number, reason: "test")
        }
        let path = try #require(try registry.current()).path
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var nan = sound
        withUnsafeBytes(of: Float.nan) { nan.replaceSubrange(nan.count - 4..<nan.count, with: $0) }
        let other = folder.appendingPathComponent("other.safetensors")
        try bundle(seed: 3).write(to: other.path)
        for damaged in [sound.prefix(sound.count / 2), nan, try Data(contentsOf: other), Data()] {
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(throws: LiveError.self) { try models.segmenter(2) }
        }
        var reported = 0
        #expect(try models.first { _ in reported += 1 }.model.number == 1)
        #expect(reported == 1)
        try sound.write(to: URL(fileURLWithPath: path))
        #expect(try models.segmenter(2).model.number == 2)
    }

    @Test func whereTheLinkLeadsElsewhereTheLatestModelStarts() throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            try registry.promote(try registry.add(try bundle(seed: seed), origin: "test").number, reason: "test")
        }
        #expect(try RegistryModels.firstFile(of: registry) { _ in } == registry.entries().first?.path)
        try FileManager.default.removeItem(atPath: registry.currentPath)
        try FileManager.default.createSymbolicLink(atPath: registry.currentPath, withDestinationPath: "/other.safetensors")
        var reasons: [String] = []
        #expect(try models.first { reasons.append("\($0)") }.model.number == 2)
        #expect(reasons.count == 1 && reasons[0].contains("/other.safetensors"), "\(reasons)")
        #expect(try RegistryModels.firstFile(of: registry) { _ in }?.hasSuffix("000002.safetensors") == true)
    }

    @Test func aModelOfAnotherNetworkIsComparedAndTakenLikeAnyOther() throws {
        try registry.promote(try registry.add(try bundle(seed: 1), origin: "test").number, reason: "test")
        let incumbent = try models.first { _ in }
        let other = try bundle(seed: 2, .efficientNetLite0)
        try registry.promote(try registry.add(other, origin: "test").number, reason: "test")
        let candidate = try models.segmenter(2)
        #expect(candidate.model.fingerprint == other.fingerprint)
        #expect(models.refusal(of: candidate, insteadOf: incumbent, on: nil) == nil)
        #expect(models.refusal(of: incumbent, insteadOf: candidate, on: nil) == nil)
    }

    @Test func onlyTheCurrentModelIsRolledBack() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            try registry.promote(try registry.add(try bundle(seed: seed), origin: "test").number, reason: "test")
        }
        try models.rollBack(3, reason: "worse")
        // Another daemon has found out as well.
        try models.rollBack(3, reason: "worse")
        #expect(try models.wanted() == 2)
        #expect(try registry.events().first { $0.kind == .rolledBack }?.reason.contains("worse") == true)
        // So it is after a restart: neither run, nor a candidate again.
        let again = try ModelRegistry(folder: registry.folder)
        let restarted = RegistryModels(again, .init(size: nil, threads: 2, withConfidence: true, withJudge: false))
        #expect(try restarted.first { _ in }.model.number == 2 && restarted.wanted() == 2)
        #expect(try again.entries().first { $0.number == 3 }?.state == .rolledBack)
        #expect(try restarted.witness(1).model.number == 1)
    }
}
