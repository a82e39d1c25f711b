import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Store
import Synchronization
import SyntheticRoad
import Video

/// A registry with a weak model, a spool with frames of the synthetic road, labeled and held-out pictures: all that a cycle
/// needs, tiny, in a temporary folder.
final class CycleFixture {
    let path = NSTemporaryDirectory() + "camber-cycle-\(UUID())"
    /// The learner's folder.
    var work: String { "\(path)/work" }
    let labeled: SyntheticData
    let heldOut: SyntheticData
    let workers: WorkerPool

    /// - Parameter epochs: of the model that is current at first.
    init(frames: Int = 6, epochs: Int = 2) throws {
        workers = try WorkerPool(threads: 1)
        labeled = try SyntheticData(pictures: 8)
        heldOut = try SyntheticData(pictures: 4, seed: 2)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let bundle = try Self.bundle(epochs: epochs, workers: workers)
        let registry = try registry()
        try registry.promote(registry.add(bundle, origin: "import").number, reason: "the first")
        let spool = try spool()
        let road = SyntheticRoad(seed: 3, width: 96, height: 64)
        for number in 0..<frames {
            let image = RGBImage(width: 96, height: 64)
            road.render(at: Double(number) * 2, into: image)
            _ = try spool.add(
                SpoolEntry(
                    frame: image, labels: GrayImage(width: 96, height: 64), source: "road", frameNumber: number,
                    time: Date(timeIntervalSince1970: Double(number)), model: bundle.fingerprint, threshold: 0.5,
                    selectedRatio: 1, signature: [UInt8(number)]))
        }
    }

    /// Trained once for all tests that want it.
    private static func bundle(epochs: Int, workers: WorkerPool) throws -> ModelBundle {
        try trained.withLock { trained in
            if let bundle = trained[epochs] { return bundle }
            let data = try SyntheticData(pictures: 8)
            let set = try TrainingSet([data.dataset()])
            let recipe = try TrainingTests.recipe(epochs: epochs)
            let first = try SegmentationTraining(recipe, train: set, validation: nil, workers: workers).run()
            let bundle = try AuxiliaryTraining(recipe, for: first, train: set, workers: workers).run().uncalibrated()
            trained[epochs] = bundle
            return bundle
        }
    }

    private static let trained = Mutex<[Int: ModelBundle]>([:])

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func spool() throws -> Spool { try Spool(folder: path + "/spool", limits: .none, classes: .camvid) }
    func registry() throws -> ModelRegistry { try ModelRegistry(folder: path + "/models") }

    /// A plan whose gate lets anything better through: these pictures are too small to judge single classes by.
    func plan(epochs: Int = 3) throws -> LearningCycle.Plan {
        var gate = PromotionGate(margin: 0.001)
        (gate.leastClassPixels, gate.agreement, gate.coverage, gate.risk, gate.leastStretches) = (1_000_000, 0, 0, 2, 1)
        (gate.ranking, gate.rankingLimit, gate.slowdown) = (0, 1, 10)
        return LearningCycle.Plan(
            labeled: try labeled.dataset(), heldOut: try heldOut.dataset(), recipe: try TrainingTests.recipe(epochs: epochs),
            selection: PixelSelection(threshold: 0.5),
            leastItems: 4, gate: gate, threads: 1, work: work, codeVersion: "test")
    }

    func run(_ plan: LearningCycle.Plan, isStopped: @escaping @Sendable () -> Bool = { false }) throws -> LearningCycle.Outcome {
        try LearningCycle(plan, spool: spool(), registry: registry(), isStopped: isStopped).run()
    }

    /// The same state in another folder: what two runs start from.
    func copied() throws -> CycleFixture { try CycleFixture(copyOf: self) }

    private init(copyOf other: CycleFixture) throws {
        (labeled, heldOut, workers) = (other.labeled, other.heldOut, other.workers)
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }
}
