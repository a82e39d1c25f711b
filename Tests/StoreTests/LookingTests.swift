import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Testing

/// Whoever only looks changes nothing, and what cannot be read is left as it is and named.
struct LookingTests {
    let folder = try! SpoolFolder()

    private static let bundles: [ModelBundle] = ([1, 2, 3] as [UInt64]).map { seed in
        try! ModelBundle(
            classes: SpoolFolder.classes, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 3), seed: seed))
    }

    private func registry(failing name: String = "", with code: Int32 = 0) throws -> ModelRegistry {
        try ModelRegistry(
            folder: folder.path, surroundings: StoreSurroundings(readFault: { $0 == name ? code : 0 }))
    }

    private func spool(failing name: String = "", with code: Int32 = 0) throws -> Spool {
        try Spool(
            folder: folder.path, limits: .none, classes: SpoolFolder.classes,
            surroundings: StoreSurroundings(readFault: { $0 == name ? code : 0 }))
    }

    /// Bytes, times and modes of all that is in the folder, and of the folder.
    private func state() throws -> [String: String] {
        var state: [String: String] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path) + [""]
        for name in names {
            var status = stat()
            guard lstat(folder.file(name), &status) == 0 else { continue }
            let bytes =
                status.st_mode & S_IFMT == S_IFREG ? try Data(contentsOf: URL(fileURLWithPath: folder.file(name))) : Data()
            state[name] =
                "\(status.st_mode) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(bytes.count) \(bytes.hashValue)"
        }
        return state
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    /// Replaces a text in a file, where it must be.
    private func edit(_ name: String, _ text: String, _ other: String) throws {
        let before = try String(contentsOfFile: folder.file(name), encoding: .utf8)
        #expect(before.contains(text))
        try write(before.replacing(text, with: other), name)
    }

    /// Model 1 is current, 2 was rolled back, 3 is a candidate.
    private func filledRegistry() throws {
        let registry = try registry()
        try registry.promote(registry.add(Self.bundles[0], origin: "import").number, reason: "first")
        try registry.promote(registry.add(Self.bundles[1], origin: "cycle 1").number, reason: "better")
        try registry.rollback(reason: "blind")
        try registry.add(Self.bundles[2], origin: "cycle 2")
        try registry.record(Self.cycle(1))
    }

    private static func cycle(_ id: Int) -> CycleRecord {
        let card = ScoreCard(
            miou: 0.5, pixelAccuracy: 0.8, iou: [:], meanConfidence: 0.7, selectedRatio: 0.6, classShares: [1, 0, 0],
            millisecondsPerFrame: 1)
        return CycleRecord(
            id: id, startedAt: Date(timeIntervalSince1970: 1e9), endedAt: Date(timeIntervalSince1970: 1e9), incumbent: 1,
            candidate: nil, promoted: false, reason: "x", incumbentCard: card, candidateCard: nil, items: [], lossCurve: [],
            seconds: 1)
    }

    @Test(arguments: [
        "as it is", "newer record", "damaged record", "torn cycle", "record is a folder", "bundle without a record", "leftovers",
        "cut-short rollback", "lost link target", "without lock",
    ])
    func lookingAtARegistryChangesNothing(_ kind: String) throws {
        try filledRegistry()
        switch kind {
        case "newer record": try edit("000002.json", "\"format\" : 1", "\"format\" : 2")
        case "damaged record": try edit("000002.json", "rolledBack", "rolledBbck")
        case "torn cycle": try write("{", "cycles/000001.json")
        case "record is a folder":
            try FileManager.default.removeItem(atPath: folder.file("000002.json"))
            try FileManager.default.createDirectory(atPath: folder.file("000002.json"), withIntermediateDirectories: false)
        case "bundle without a record": try FileManager.default.removeItem(atPath: folder.file("000003.json"))
        case "leftovers":
            try write("half", "partial-000004.json")
            try write("half", ".partial-000004.safetensors.17.partial")
        case "cut-short rollback", "lost link target":
            try FileManager.default.removeItem(atPath: folder.file("current"))
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("current"),
                withDestinationPath: kind == "lost link target" ? "000009.safetensors" : "000002.safetensors")
        case "without lock": try FileManager.default.removeItem(atPath: folder.file("lock"))
        default: break
        }
        let before = try state()
        for _ in 0..<2 {
            let registry = try registry()
            _ = try (registry.entries(), registry.events(), registry.cycles(), registry.unreadable(), registry.nextCycle())
            _ = try? registry.current()
            _ = try? registry.bundle(1)
        }
        #expect(try state() == before)
        // What was half done counts as done.
        if kind == "cut-short rollback" { #expect(try registry().current()?.number == 1) }
        if kind == "bundle without a record" { #expect(try registry().entries().map(\.origin).first == "found") }
    }

    @Test(arguments: [
        "as it is", "newer record", "damaged record", "strays", "record is a pipe", "without index", "index of another version",
    ])
    func lookingAtASpoolChangesNothing(_ kind: String) throws {
        do {
            let spool = try spool()
            for number in 1...3 { try spool.add(SpoolFolder.entry(number)) }
        }
        switch kind {
        case "newer record": try edit("00000002.json", "\"format\" : 1", "\"format\" : 3")
        case "damaged record": try edit("00000002.json", "\"id\"", "\"ie\"")
        case "strays":
            try write("half", "partial-00000009-frame.jpg")
            try write("alone", "00000009-frame.jpg")
        case "record is a pipe": #expect(mkfifo(folder.file("00000009.json"), 0o600) == 0)
        case "without index":
            for name in try folder.names where name.hasPrefix("index") {
                try FileManager.default.removeItem(atPath: folder.file(name))
            }
        case "index of another version": try write("another", "index.sqlite")
        default: break
        }
        let before = try state()
        let spool = try spool()
        _ = try (spool.items(), spool.summary(), spool.signatures(), spool.item(1), spool.unreadable())
        #expect(try state() == before)
        #expect(try spool.items().map(\.id) == (["newer record", "damaged record"].contains(kind) ? [3, 1] : [3, 2, 1]))
        #expect(try spool.unreadable().map(\.id) == (kind.hasSuffix(" record") ? [2] : kind == "record is a pipe" ? [9] : []))
    }

    @Test func aFolderThatIsNotThereIsEmptyAndStaysAway() throws {
        let path = folder.file("later")
        #expect(try ModelRegistry(folder: path).entries().isEmpty && ModelRegistry(folder: path).current() == nil)
        #expect(try Spool(folder: path, limits: .none).items().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: path))
        try Spool(folder: path, limits: .none).settle()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    /// One flipped byte, a newer format, a disk that fails, no file descriptors left.
    @Test(arguments: ["flipped", "newer", "EIO", "EMFILE"]) func aRecordThatCannotBeReadIsNamedAndKept(_ kind: String) throws {
        try filledRegistry()
        switch kind {
        case "flipped": try edit("000002.json", "rolledBack", "rolledBabk")
        case "newer": try edit("000002.json", "\"format\" : 1", "\"format\" : 7")
        default: break
        }
        let code = kind == "EIO" ? EIO : kind == "EMFILE" ? EMFILE : 0
        let registry = try registry(failing: "000002.json", with: code)
        let file = URL(fileURLWithPath: folder.file("000002.json"))
        let before = try Data(contentsOf: file)
        #expect(try registry.entries().map(\.number) == [3, 1], "it is no candidate")
        let finding = try #require(try registry.unreadable().first)
        #expect(finding.model == 2 && finding.path == file.path && !finding.problem.isEmpty)
        if kind == "newer" { #expect(finding.problem.contains("format 7") && finding.problem.contains("up to 1")) }
        let refusal = #expect(throws: StoreError.self) { try registry.promote(2, reason: "x") }
        #expect(refusal?.problem.contains("000002.json cannot be read") == true)
        try registry.promote(3, reason: "y")
        #expect(try registry.rollback(reason: "z").number == 1)
        try registry.settle()
        #expect(try Data(contentsOf: file) == before)
        #expect(FileManager.default.fileExists(atPath: folder.file("000002.safetensors")))
        #expect(try registry.nextCycle() == 2)
    }

    @Test func theCurrentModelRunsOnWithoutItsRecordAndCanBeTakenBack() throws {
        try filledRegistry()
        try registry().promote(3, reason: "better")
        try edit("000003.json", "\"format\" : 1", "\"format\" : 2")
        let registry = try registry()
        let current = try #require(try registry.current())
        #expect(current.number == 3 && current.fingerprint == Self.bundles[2].fingerprint)
        #expect(try registry.entries().map(\.number) == [3, 2, 1])
        #expect(try registry.bundle(3).fingerprint == current.fingerprint)
        #expect(try registry.rollback(reason: "blind").number == 1)
        #expect(try registry.entries().map(\.number) == [2, 1])
    }

    @Test func aCycleIsNotWrittenOverOneThatCannotBeRead() throws {
        try filledRegistry()
        try write("{ \"id\": 1, \"new\": true }", "cycles/000001.json")
        let registry = try registry()
        #expect(try registry.cycles().isEmpty && registry.unreadable().map(\.model) == [nil])
        #expect(try registry.record(Self.cycle(1)).id == 2)
        #expect(try registry.cycles().map(\.id) == [2])
        #expect(try String(contentsOfFile: folder.file("cycles/000001.json"), encoding: .utf8).contains("new"))
    }

    @Test func pruningRemovesOnlyWhatIsDamagedBeyondDoubt() throws {
        do {
            let spool = try spool()
            for number in 1...4 { try spool.add(SpoolFolder.entry(number)) }
        }
        try edit("00000001.json", "\"format\" : 1", "\"format\" : 3")
        try write("{", "00000002.json")
        let failing = try spool(failing: "00000003-frame.jpg", with: EIO)
        #expect(try failing.verify().map(\.kind) == [.unknown, .unreadable, .unknown])
        #expect(try failing.prune() == 1)
        #expect(try folder.itemNames.filter { $0.hasSuffix(".json") } == ["00000001.json", "00000003.json", "00000004.json"])
        // A record that the disk does not give is named, and is an item again once it does.
        let again = try spool(failing: "00000004.json", with: EIO)
        #expect(try again.items().map(\.id) == [3])
        #expect(try again.unreadable().map(\.id) == [1, 4])
        #expect(try spool().items().map(\.id) == [4, 3])
    }

    @Test func theSpoolIsNotForEverybody() throws {
        let path = folder.file("new")
        let spool = try Spool(folder: path, limits: .none, classes: SpoolFolder.classes)
        let item = try spool.add(SpoolFolder.entry(1))
        try spool.setPinned(item.id, true)
        // The lock is empty.
        for name in try FileManager.default.contentsOfDirectory(atPath: path) + [""] where name != "lock" {
            var status = stat()
            #expect(lstat("\(path)/\(name)", &status) == 0)
            #expect(status.st_mode & 0o007 == 0, "\(name)")
            if status.st_mode & S_IFMT == S_IFREG { #expect(status.st_mode & 0o777 & ~0o640 == 0, "\(name)") }
        }
    }
}
