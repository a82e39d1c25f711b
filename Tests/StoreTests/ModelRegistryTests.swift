import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Testing

/// Which model is current, what happened to the others, and that neither kill nor damage loses it.
struct ModelRegistryTests {
    let folder = try! SpoolFolder()

    private static func bundle(_ seed: UInt64, classes: ClassSet = SpoolFolder.classes, parent: String? = nil) throws
        -> ModelBundle
    {
        try ModelBundle(
            classes: classes, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: classes.count), seed: seed),
            metrics: ["miou": Double(seed) / 100], lineage: .init(parent: parent))
    }

    private func open(at time: Date = Date(timeIntervalSince1970: 1_800_000_000)) throws -> ModelRegistry {
        let machine = folder.free
        return try ModelRegistry(
            folder: folder.path, surroundings: StoreSurroundings(now: { time }, fault: { _ in machine.step() }))
    }

    private func states(_ registry: ModelRegistry) throws -> [Int: ModelEntry.State] {
        Dictionary(uniqueKeysWithValues: try registry.entries().map { ($0.number, $0.state) })
    }

    private func cycle(_ id: Int, candidate: Int?, promoted: Bool) -> CycleRecord {
        let card = ScoreCard(
            miou: 0.5, pixelAccuracy: 0.8, iou: ["road": 0.9], meanConfidence: 0.7, selectedRatio: 0.6,
            classShares: [0.5, 0.4, 0.1],
            millisecondsPerFrame: 25)
        return CycleRecord(
            id: id, startedAt: Date(timeIntervalSince1970: 1_800_000_000), endedAt: Date(timeIntervalSince1970: 1_800_000_900),
            incumbent: 1, candidate: candidate, promoted: promoted, reason: "worse by 0.02", incumbentCard: card,
            candidateCard: card, items: ["1", "2"], lossCurve: [1.5, 0.5], seconds: 900)
    }

    @Test func aModelIsACandidateUntilItIsPromoted() throws {
        let registry = try open()
        #expect(try registry.current() == nil && registry.entries() == [])
        let bundle = try Self.bundle(7)
        let entry = try registry.add(bundle, origin: "import")
        #expect(entry.number == 1 && entry.state == .candidate && entry.origin == "import" && entry.miou == 0.07)
        #expect(entry.fingerprint == bundle.fingerprint && entry.addedAt == Date(timeIntervalSince1970: 1_800_000_000))
        #expect(try registry.current() == nil && !FileManager.default.fileExists(atPath: registry.currentPath))
        try registry.promote(1, reason: "first")
        #expect(try registry.current()?.number == 1 && registry.current()?.state == .current)
        #expect(try ModelBundle(contentsOf: registry.currentPath).fingerprint == bundle.fingerprint)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: registry.currentPath) == "000001.safetensors")
        #expect(try registry.bundle(1).fingerprint == bundle.fingerprint)
        #expect(try registry.events().map(\.kind) == [.promoted, .added] && registry.events()[0].reason == "first")
        #expect(try registry.add(bundle, origin: "again").number == 1, "the same bundle is taken in once")
    }

    /// What stands beside the weights decides what a model says: the corrected bundle must not give way to the one before.
    @Test func theSameWeightsWithOtherSettingsAreAnotherModel() throws {
        let registry = try open()
        let bundle = try Self.bundle(7)
        try registry.promote(registry.add(bundle, origin: "import").number, reason: "first")
        let corrected = try ModelBundle(
            classes: bundle.classes, inputSize: bundle.inputSize, mean: [0.5, 0.5, 0.5], segmentation: bundle.segmentation)
        #expect(corrected.fingerprint == bundle.fingerprint)
        try registry.promote(registry.add(corrected, origin: "import").number, reason: "corrected")
        #expect(try registry.current()?.number == 2 && registry.bundle(2).mean == [0.5, 0.5, 0.5])
        #expect(try registry.add(corrected, origin: "again").number == 2 && registry.add(bundle, origin: "again").number == 1)
        #expect(try registry.rollback(reason: "no better").number == 1)
    }

    @Test func aRollbackGoesToTheOneBeforeAndNeverBackByItself() throws {
        let registry = try open()
        for seed in 1...3 {
            try registry.promote(registry.add(Self.bundle(UInt64(seed)), origin: "cycle \(seed)").number, reason: "better")
        }
        #expect(try registry.rollback(reason: "blind").number == 2)
        #expect(try states(registry) == [1: .retired, 2: .current, 3: .rolledBack])
        #expect(try registry.rollback(reason: "blind too").number == 1)
        #expect(try states(registry) == [1: .current, 2: .rolledBack, 3: .rolledBack])
        let error = #expect(throws: StoreError.self) { try registry.rollback(reason: "no") }
        #expect(error?.problem.contains("no earlier model") == true)
        #expect(try registry.current()?.number == 1)
        try registry.promote(3, reason: "by hand")
        #expect(try states(registry) == [1: .retired, 2: .rolledBack, 3: .current])
        #expect(try registry.rollback(reason: "again").number == 1)
    }

    @Test func aRejectedCandidateStaysRejectedAndCyclesAreKept() throws {
        let registry = try open()
        try registry.promote(registry.add(Self.bundle(1), origin: "import").number, reason: "first")
        let candidate = try registry.add(Self.bundle(2), origin: "cycle 1").number
        #expect(try registry.nextCycle() == 1)
        let record = cycle(1, candidate: candidate, promoted: false)
        try registry.record(record)
        try registry.record(record)
        #expect(try registry.nextCycle() == 2 && registry.cycles() == [record])
        #expect(try states(registry) == [1: .current, 2: .rejected])
        #expect(try registry.events().first?.reason == "worse by 0.02" && registry.events().count { $0.kind == .rejected } == 1)
        try registry.record(cycle(2, candidate: nil, promoted: false))
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.file("cycles/000003.json")))
        #expect(try registry.cycles().map(\.id) == [2, 1] && registry.cycles(last: 2).map(\.id) == [2])
        #expect(try registry.nextCycle() == 4)
        #expect(try open().cycles().last == record)
    }

    /// An interrupted cycle of another work folder comes to its end after the number was given once more.
    @Test func aCycleNeverTakesThePlaceOfAnother() throws {
        let registry = try ModelRegistry(folder: folder.path)
        try registry.record(cycle(1, candidate: nil, promoted: false))
        var late = cycle(1, candidate: nil, promoted: false)
        late.startedAt -= 5000
        // Twice, as after a kill: it keeps the number that it got.
        for _ in 1...2 { #expect(try registry.record(late).id == 2) }
        #expect(try registry.cycles().map(\.id) == [2, 1])
        #expect(try registry.cycles().map(\.startedAt) == [late.startedAt, late.startedAt + 5000])
    }

    /// What is made known by names stays right, whatever it is drawn in.
    @Test func otherColoursAreNoOtherClasses() throws {
        let registry = try open()
        let colored = ClassSet(SpoolFolder.classes.names.map { ClassSet.Member($0, 9, 8, 7) })
        for (seed, classes) in [(1, SpoolFolder.classes), (2, colored)] {
            let number = try registry.add(Self.bundle(UInt64(seed), classes: classes), origin: "test").number
            try registry.promote(number, reason: "better")
        }
        #expect(try registry.current()?.number == 2)
    }

    @Test func aBundleThatIsNoGoodIsNotPromoted() throws {
        let registry = try open()
        for seed in 1...4 { try registry.add(Self.bundle(UInt64(seed)), origin: "test") }
        try registry.promote(1, reason: "first")
        let two = ClassSet([.init("road", 1, 2, 3), .init("sky", 4, 5, 6)])
        let other = try registry.add(Self.bundle(9, classes: two), origin: "test").number
        func problem(_ number: Int) -> String {
            #expect(throws: StoreError.self) { try registry.promote(number, reason: "no") }?.problem ?? ""
        }
        #expect(problem(other).contains("other classes than the current model 1: road, sky, not road, sky, person"))
        let file = { (number: Int) in URL(fileURLWithPath: folder.file("00000\(number).safetensors")) }
        let good = try Data(contentsOf: file(2))
        try good.prefix(good.count / 2).write(to: file(2))
        #expect(problem(2).contains("000002.safetensors"))
        try Data(contentsOf: file(4)).write(to: file(3))
        #expect(problem(3).contains("was added with"))
        var notFinite = good
        notFinite.replaceSubrange(good.count - 4..<good.count, with: [0, 0, 0xc0, 0x7f])
        try notFinite.write(to: file(2))
        #expect(!problem(2).isEmpty)
        for number in [0, -1, 77, 1_000_000, .max] { #expect(problem(number).contains("There is no model \(number)")) }
        #expect(try registry.current()?.number == 1 && registry.events().count { $0.kind == .promoted } == 1)
        try FileManager.default.removeItem(at: file(1))
        #expect(throws: StoreError.self) { try registry.current() }
        try registry.promote(4, reason: "the current one is gone")
        #expect(try registry.current()?.number == 4)
    }

    @Test func aRollbackPassesOverADamagedBundle() throws {
        let registry = try open()
        for seed in 1...3 { try registry.promote(registry.add(Self.bundle(UInt64(seed)), origin: "test").number, reason: "x") }
        try Data("no".utf8).write(to: URL(fileURLWithPath: folder.file("000002.safetensors")))
        #expect(try registry.rollback(reason: "blind").number == 1)
    }

    @Test func oldBundlesGoButNotWhatIsStillNeeded() throws {
        let registry = try open()
        let first = try Self.bundle(1)
        try registry.add(first, origin: "import")
        try registry.promote(1, reason: "first")
        try registry.promote(registry.add(Self.bundle(2), origin: "test").number, reason: "second")
        try registry.promote(registry.add(Self.bundle(3, parent: first.fingerprint), origin: "test").number, reason: "third")
        for seed in 4...15 { try registry.add(Self.bundle(UInt64(seed)), origin: "test") }
        #expect(try registry.entries().map(\.number) == Array((6...15).reversed()) + [3, 2, 1])
        #expect(try registry.events().filter { $0.kind == .removed }.map(\.number).sorted() == [4, 5])
        #expect(try registry.rollback(reason: "x").number == 2)
        #expect(try registry.add(Self.bundle(16), origin: "test").number == 16)
    }

    @Test(arguments: ["/other/place.safetensors", "000009.safetensors", nil])
    func aPromotionMakesALinkRightThatLeadsElsewhereOrIsNone(_ target: String?) throws {
        let registry = try open()
        for seed in 1...2 {
            try registry.promote(try registry.add(try Self.bundle(UInt64(seed)), origin: "x").number, reason: "x")
        }
        try FileManager.default.removeItem(atPath: registry.currentPath)
        if let target {
            try FileManager.default.createSymbolicLink(atPath: registry.currentPath, withDestinationPath: target)
        } else {
            // What 'cp -rL' makes of it.
            try Data("a bundle".utf8).write(to: URL(fileURLWithPath: registry.currentPath))
        }
        #expect(throws: StoreError.self) { try registry.current() }
        #expect(try registry.entries().map(\.number) == [2, 1] && !states(registry).values.contains(.current))
        try registry.promote(1, reason: "right again")
        #expect(try registry.current()?.number == 1)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: registry.currentPath) == "000001.safetensors")
    }

    @Test func bundlesAndLinksPutThereByHandAreTakenIn() throws {
        try Self.bundle(5).write(to: folder.file("000041.safetensors"))
        for name in ["0000042.safetensors", "1.safetensors", "000000.safetensors"] {
            try Data("no".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        }
        try Data("no".utf8).write(to: URL(fileURLWithPath: folder.file("000050.safetensors")))
        let registry = try open()
        #expect(try registry.entries().map(\.number) == [41] && registry.entries()[0].origin == "found")
        #expect(try registry.add(Self.bundle(6), origin: "test").number == 51)
        try FileManager.default.createSymbolicLink(atPath: registry.currentPath, withDestinationPath: "000041.safetensors")
        #expect(try open().current()?.number == 41)
        try registry.settle()
        #expect(try registry.events().first?.reason == "found to be current")
        try FileManager.default.removeItem(atPath: registry.currentPath)
        try FileManager.default.createSymbolicLink(atPath: registry.currentPath, withDestinationPath: "/etc/passwd")
        let error = #expect(throws: StoreError.self) { try registry.current() }
        #expect(error?.problem.contains("/etc/passwd") == true)
        try registry.promote(51, reason: "repairs the link")
        #expect(try registry.current()?.number == 51)
        // The last number there is.
        try Self.bundle(8).write(to: folder.file("999999.safetensors"))
        #expect(throws: StoreError.self) { try registry.add(Self.bundle(9), origin: "test") }
    }
}
