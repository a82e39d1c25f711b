import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Testing

/// The registry killed or failing at every step of a change.
struct ModelRegistryFaultTests {
    let folder = try! SpoolFolder()

    private static let bundles: [ModelBundle] = ([1, 2, 3] as [UInt64]).map { seed in
        let classes = SpoolFolder.classes
        return try! ModelBundle(
            classes: classes, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: classes.count), seed: seed))
    }

    private func open(_ path: String? = nil) throws -> ModelRegistry {
        let machine = folder.free
        return try ModelRegistry(
            folder: path ?? folder.path,
            surroundings: StoreSurroundings(fault: { _ in path == nil ? machine.step() : 0 }))
    }

    @Test func aKillAtAnyStepOfAddingLeavesAWholeBundleOrNone() throws {
        let registry = try open()
        try registry.promote(registry.add(Self.bundles[0], origin: "import").number, reason: "first")
        let copies = try folder.snapshots { try registry.add(Self.bundles[1], origin: "cycle 1") }
        #expect(copies.count > 5)
        for copy in copies {
            let again = try open(copy.path)
            for entry in try again.entries() { #expect(try again.bundle(entry.number).fingerprint == entry.fingerprint) }
            #expect(try again.current()?.number == 1)
            try again.settle()
            #expect(try !copy.names.contains { $0.contains("partial") })
            let entry = try again.add(Self.bundles[1], origin: "cycle 1")
            #expect((2...3).contains(entry.number) && entry.fingerprint == Self.bundles[1].fingerprint)
            #expect(try again.entries().count == 2)
        }
    }

    @Test func aKillAtAnyStepOfPromotingOrRollingBackLeavesAGoodModelCurrent() throws {
        let registry = try open()
        for bundle in Self.bundles { try registry.add(bundle, origin: "test") }
        try registry.promote(1, reason: "first")
        for copy in try folder.snapshots(of: { try registry.promote(2, reason: "second") }) {
            let again = try open(copy.path)
            #expect(try [1, 2].contains(again.current()?.number))
            try again.promote(2, reason: "second")
            #expect(try again.current()?.number == 2 && again.rollback(reason: "x").number == 1)
        }
        try registry.promote(3, reason: "third")
        for copy in try folder.snapshots(of: { try registry.rollback(reason: "blind") }) {
            let again = try open(copy.path)
            let (current, three) = (try again.current()?.number, try again.entries().first { $0.number == 3 }?.state)
            #expect(current == 3 && three == .current || current == 2 && three == .rolledBack)
            if current == 3 { #expect(try again.rollback(reason: "blind").number == 2) }
        }
    }

    @Test(arguments: [ENOSPC, EROFS]) func aFailureAtAnyStepChangesNothingAndPasses(_ code: Int32) throws {
        let registry = try open()
        try registry.promote(registry.add(Self.bundles[0], origin: "import").number, reason: "first")
        let files = try folder.names
        var failures = 0
        for step in 0..<30 {
            folder.free.fail(after: step, with: code)
            guard let error = failure(of: { () throws(StoreError) in _ = try registry.add(Self.bundles[1], origin: "test") })
            else { break }
            failures += 1
            #expect(error.problem.contains(String(cString: strerror(code))) && !error.remedy.isEmpty, "step \(step): \(error)")
            #expect(try folder.names == files, "step \(step)")
        }
        #expect((5..<30).contains(failures))
        for step in 0..<30 {
            folder.free.fail(after: step, with: code)
            guard failure(of: { () throws(StoreError) in try registry.promote(2, reason: "second") }) != nil else { break }
            #expect(try registry.current()?.number == 1, "step \(step)")
            #expect(try !folder.names.contains { $0.contains("partial") })
        }
        folder.free.fail(after: -1, with: 0)
        #expect(try registry.current()?.number == 2)
    }

    private func failure(of body: () throws(StoreError) -> Void) -> StoreError? {
        do throws(StoreError) { try body() } catch { return error }
        return nil
    }

    @Test func aFolderThatCannotBeWrittenToCanBeLookedAt() throws {
        let registry = try open()
        try registry.promote(registry.add(Self.bundles[0], origin: "import").number, reason: "first")
        try FileManager.default.removeItem(atPath: folder.file("lock"))
        try FileManager.default.createDirectory(atPath: folder.file("lock"), withIntermediateDirectories: false)
        let again = try open()
        #expect(try again.current()?.number == 1 && again.bundle(1).fingerprint == Self.bundles[0].fingerprint)
        #expect(throws: StoreError.self) { try again.add(Self.bundles[1], origin: "test") }
        try FileManager.default.removeItem(atPath: folder.file("lock"))
        #expect(try again.add(Self.bundles[1], origin: "test").number == 2)
    }

    @Test func manyAtOnceGetNumbersOfTheirOwn() async throws {
        let path = folder.path
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for bundle in Self.bundles {
                group.addTask { try ModelRegistry(folder: path).add(bundle, origin: "test").number }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == [1, 2, 3])
        #expect(try Set(open().entries().map(\.fingerprint)) == Set(Self.bundles.map(\.fingerprint)))
    }
}
