import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Testing
import Video

/// Which drives there are, and how all of one goes.
struct DriveTests {
    let spoolFolder = try! SpoolFolder()
    let registryFolder = try! SpoolFolder()
    let humanFolder = try! SpoolFolder()
    private static let noon = Date(timeIntervalSince1970: 1_800_000_000)

    private static func bundle(_ seed: UInt64, parent: String? = nil) throws -> ModelBundle {
        try ModelBundle(
            classes: SpoolFolder.classes, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 3), seed: seed),
            lineage: .init(parent: parent))
    }

    /// A spool with two frames each of a recording and of a camera on two days; model 2 learned from the recording, model 3 from model 2,
    /// model 4 from the camera's first day.
    private func filled() throws -> (spool: Spool, registry: ModelRegistry, catalog: DriveCatalog) {
        let spool = try spoolFolder.open()
        for (number, source, day) in [
            (1, "drives/Rain.mp4", 0.0), (2, "drives/Rain.mp4", 0), (3, "/dev/video0", 0), (4, "/dev/video0", 0),
            (5, "/dev/video0", 1),
            (6, "/dev/video0", 1),
        ] {
            let time = Self.noon.addingTimeInterval(day * 86400 + Double(number))
            try spool.add(SpoolFolder.entry(number, at: time, source: source))
        }
        let registry = try ModelRegistry(folder: registryFolder.path)
        let bundles = [
            try Self.bundle(1), try Self.bundle(2), try Self.bundle(3, parent: Self.bundle(2).fingerprint), try Self.bundle(4),
        ]
        for bundle in bundles { try registry.add(bundle, origin: "test") }
        for number in 1...2 { try registry.promote(number, reason: "test") }
        for (id, candidate, item) in [(1, 2, 1), (2, 4, 3)] {
            try record(id, candidate, [LearnedFrame(try #require(try spool.item(Int64(item)))).description], in: registry)
        }
        try registry.promote(3, reason: "test")
        return (spool, registry, DriveCatalog(spool: spool, human: HumanDataset(humanFolder.path), registry: registry))
    }

    private func record(_ id: Int, _ candidate: Int, _ items: [String], in registry: ModelRegistry) throws {
        let card = ScoreCard(
            miou: 0.5, pixelAccuracy: 0.8, iou: [:], meanConfidence: 0.7, selectedRatio: 0.6, classShares: [],
            millisecondsPerFrame: 25)
        try registry.record(
            CycleRecord(
                id: id, startedAt: Self.noon, endedAt: Self.noon, incumbent: 1, candidate: candidate, promoted: true, reason: "",
                incumbentCard: card, candidateCard: card, items: items, lossCurve: [], seconds: 1))
    }

    private func state(_ number: Int, in registry: ModelRegistry) throws -> ModelEntry.State? {
        try registry.entries().first { $0.number == number }?.state
    }

    @Test func aDriveIsARecordingOrACamerasDay() throws {
        let drives = try filled().catalog.drives()
        #expect(drives.map(\.name) == ["video0@2027-01-16", "video0@2027-01-15", "Rain"])
        #expect(drives.map(\.frames) == [2, 2, 2] && drives.map(\.models) == [[], [4], [3, 2]])
    }

    @Test func allOfADriveGoesAndNothingElse() throws {
        let (spool, registry, catalog) = try filled()
        let human = HumanDataset(humanFolder.path)
        for id: Int64 in [1, 3] {
            let item = try #require(try spool.item(id))
            // Twice: the first labels are kept as replaced ones.
            for value: UInt8 in [0, 1] {
                let labels = GrayImage(width: 48, height: 32)
                for index in labels.bytes.indices { labels.bytes[index] = value }
                try human.save(labels, of: item, in: spool, by: "eve", at: Self.noon.addingTimeInterval(Double(value)))
            }
        }
        try spool.setPinned(2, true)
        let drive = try #require(try catalog.drive("Rain"))
        #expect(drive.labeled == 1 && drive.pinned == 1)
        try catalog.withdraw(drive)
        #expect(try spool.items().map(\.id) == [6, 5, 4, 3] && spool.verify() == [])
        let left = try #require(try catalog.drive("Rain"))
        #expect(left.frames == 0 && left.labeled == 0 && left.models == [3, 2], "the history still names it")
        #expect(try catalog.drives().map(\.name) == ["video0@2027-01-16", "video0@2027-01-15"])
        #expect(try catalog.drive("video0@2027-01-15")?.labeled == 1 && catalog.drive("never") == nil)
        let files = try FileManager.default.subpathsOfDirectory(atPath: humanFolder.path).filter { $0.hasSuffix("g") }
        #expect(files.count == 3 && files.allSatisfy { $0.contains("00000003-") }, "\(files)")
        #expect(try registry.current()?.number == 3, "the current model runs on")
        #expect(try state(2, in: registry) == .rejected && state(1, in: registry) == .retired)
    }

    @Test func labelsWhoseOriginAKillHasKeptFromBeingNotedGoToo() throws {
        let (spool, _, catalog) = try filled()
        let human = HumanDataset(humanFolder.path)
        let item = try #require(try spool.item(1))
        try human.save(GrayImage(width: 48, height: 32), of: item, in: spool, by: "eve")
        try FileManager.default.removeItem(atPath: humanFolder.file("origins.json"))
        try catalog.withdraw(#require(try catalog.drive("Rain")))
        let files = try FileManager.default.subpathsOfDirectory(atPath: humanFolder.path)
        #expect(!files.contains { $0.contains("00000001-") }, "\(files)")
    }

    /// Damaged, they were taken for none: nothing that people labeled was of any drive, and the next labels wrote over them.
    @Test func originsThatCannotBeReadAreNotTakenForNone() throws {
        let (spool, _, catalog) = try filled()
        let human = HumanDataset(humanFolder.path)
        let item = try #require(try spool.item(1))
        try human.save(GrayImage(width: 48, height: 32), of: item, in: spool, by: "eve")
        let drive = try #require(try catalog.drive("Rain"))
        let file = URL(fileURLWithPath: humanFolder.file(FrameOrigin.file))
        let damaged = try Data(contentsOf: file).dropLast(20)
        try damaged.write(to: file)
        let before = try FileManager.default.subpathsOfDirectory(atPath: humanFolder.path).sorted()
        let error = #expect(throws: StoreError.self) { try catalog.withdraw(drive) }
        #expect(error?.problem.contains(file.path) == true)
        #expect(throws: StoreError.self) { try catalog.drives() }
        #expect(throws: StoreError.self) { try human.people() }
        #expect(throws: StoreError.self) {
            try human.save(GrayImage(width: 48, height: 32, filledWith: 1), of: item, in: spool, by: "bob")
        }
        #expect(try Data(contentsOf: file) == damaged && spool.items().count == 6)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: humanFolder.path).sorted() == before)
    }

    @Test func whatOneWithdrawalHasTakenOutTheNextDoesNotBringBack() throws {
        let (spool, registry, catalog) = try filled()
        // Model 4, the camera's, is current after models 2 and 3 of the recording.
        try registry.promote(4, reason: "test")
        try catalog.withdraw(#require(try catalog.drive("Rain")))
        let camera = try #require(try catalog.drive("video0@2027-01-15"))
        try catalog.withdraw(camera)
        #expect(try registry.current()?.number == 4 && spool.items().map(\.id) == [6, 5])
        // Later, when nothing of the drive is left but what the history says.
        #expect(try catalog.goBack(before: #require(try catalog.drive("video0@2027-01-15"))) == 1)
        #expect(try state(4, in: registry) == .rejected)
    }

    @Test(arguments: [
        ("rtsp://10.0.0.5/live", "10.0.0.5-live@2026-11-27"), ("rtsp://10.0.0.6/live", "10.0.0.6-live@2026-11-27"),
        ("/dev/video0", "video0@2026-11-27"), ("/dev/shm/a/drive.mp4", "drive"), ("-", "-@2026-11-27"),
        ("C:\\cards\\Night 2.MP4", "Night 2"),
    ]) func camerasAreToldApartByHostAndDay(_ source: String, _ name: String) {
        #expect(DriveName.of(source: source, day: "2026-11-27") == name)
    }

    @Test func theLastModelWithoutItCanTakeOver() throws {
        let (_, registry, catalog) = try filled()
        let drive = try #require(try catalog.drive("Rain"))
        #expect(try catalog.goBack(before: try #require(try catalog.drive("video0@2027-01-15"))) == nil)
        #expect(try catalog.goBack(before: drive) == 1 && registry.current()?.number == 1)
        #expect(try state(3, in: registry) == .rejected)
    }

    @Test func whereEveryModelLearnedFromItNothingIsTakenBack() throws {
        let (spool, registry, catalog) = try filled()
        try record(3, 1, [LearnedFrame(try #require(try spool.item(1))).description], in: registry)
        // Model 4 is the camera's.
        try record(4, 4, [LearnedFrame(try #require(try spool.item(1))).description], in: registry)
        let error = #expect(throws: StoreError.self) { try catalog.goBack(before: try #require(try catalog.drive("Rain"))) }
        #expect(error?.description.contains("Every model") == true)
        #expect(try registry.current()?.number == 3)
    }

    @Test func whatNamesNoDayMayBeOfAny() throws {
        let (_, registry, catalog) = try filled()
        try record(5, 1, ["spool 77: /dev/video0, frame 3"], in: registry)
        #expect(try catalog.drive("video0@2027-01-16")?.models.contains(1) == true)
        #expect(try catalog.drive("Rain")?.models == [3, 2])
    }
}
