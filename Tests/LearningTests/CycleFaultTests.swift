import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Store
import Synchronization
import SyntheticRoad
import Testing
import Video

/// What a cycle finds damaged, left over or too much like what it is judged by.
@Suite struct CycleFaultTests {
    private func stopped(_ fixture: CycleFixture, after steps: Int) throws -> LearningCycle.Outcome {
        let asked = Mutex(0)
        return try fixture.run(fixture.plan()) {
            asked.withLock {
                $0 += 1
                return $0 > steps
            }
        }
    }

    private func finished(_ outcome: LearningCycle.Outcome) throws -> CycleRecord {
        guard case .finished(let record) = outcome else {
            Issue.record("\(outcome)")
            throw LearningError("unfinished")
        }
        return record
    }

    /// What a power cut leaves of a copy, and bit rot.
    @Test(arguments: ["emptied", "flipped", "gone"]) func aDamagedPictureInTheWorkFolderIsLeftOut(_ damage: String) throws {
        let fixture = try CycleFixture()
        guard case .stopped = try stopped(fixture, after: 22) else { return #expect(Bool(false)) }
        let frames = fixture.work + "/frames"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: frames).sorted().first)
        let file = URL(fileURLWithPath: "\(frames)/\(name)")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 40] ^= 0x10
        // Not in place: the spool's own file may be the same.
        try FileManager.default.removeItem(at: file)
        if damage != "gone" { try (damage == "emptied" ? Data() : bytes).write(to: file) }
        let record = try finished(fixture.run(fixture.plan()))
        #expect(record.items.count == 13)
        #expect(
            record.leftOut?.count == 1
                && record.leftOut?.first?.hasPrefix("spool 1: road, frame 0, 1970-01-01: its copy in") == true)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.work).sorted() == ["camber-learn.txt", "lock"])
        #expect(try fixture.registry().cycles().first?.leftOut == record.leftOut)
    }

    @Test func aTornPseudoLabelIsMadeAnew() throws {
        let fixture = try CycleFixture()
        guard case .stopped = try stopped(fixture, after: 30) else { return #expect(Bool(false)) }
        let other = try fixture.copied()
        let labels = fixture.work + "/pseudo-labels/labels"
        let names = try FileManager.default.contentsOfDirectory(atPath: labels).sorted()
        #expect(names.count == 6)
        try Data(contentsOf: URL(fileURLWithPath: "\(labels)/\(names[1])")).prefix(60).write(
            to: URL(fileURLWithPath: "\(labels)/\(names[1])"))
        try Data().write(to: URL(fileURLWithPath: "\(labels)/\(names[2])"))
        // The copy's pictures are links to the first one's, which its end removes.
        let undisturbed = try finished(other.run(other.plan()))
        let record = try finished(fixture.run(fixture.plan()))
        #expect(record.items == undisturbed.items && record.leftOut == [])
        let bundles = try (
            fixture.registry().bundle(#require(record.candidate)), other.registry().bundle(#require(undisturbed.candidate))
        )
        #expect(bundles.0.segmentation == bundles.1.segmentation)
    }

    @Test func aPictureDamagedAfterTheTrainingIsNotMeasuredOn() throws {
        let fixture = try CycleFixture()
        var steps = 28
        while !FileManager.default.fileExists(atPath: fixture.work + "/segmentation.safetensors"), steps < 80 {
            guard case .stopped = try stopped(fixture, after: steps) else { return #expect(Bool(false)) }
            steps += 1
        }
        let frames = fixture.work + "/frames"
        for name in try FileManager.default.contentsOfDirectory(atPath: frames).sorted().prefix(2) {
            try FileManager.default.removeItem(atPath: "\(frames)/\(name)")
            try Data().write(to: URL(fileURLWithPath: "\(frames)/\(name)"))
        }
        let record = try finished(fixture.run(fixture.plan()))
        #expect(record.items.count == 14, "it was trained on all of them")
        #expect(record.leftOut?.count == 2)
    }

    @Test func whereTooFewAreLeftTheCycleBeginsAnew() throws {
        let fixture = try CycleFixture(frames: 4)
        guard case .stopped = try stopped(fixture, after: 20) else { return #expect(Bool(false)) }
        let frames = fixture.work + "/frames"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: frames).first)
        try FileManager.default.removeItem(atPath: "\(frames)/\(name)")
        let record = try finished(fixture.run(fixture.plan()))
        #expect(record.items.count == 12 && record.leftOut == [])
    }

    /// They were found when the training came to them, every night anew, behind all pseudo-labels.
    @Test(arguments: ["torn", "of another size", "a class that is none"])
    func labelsThatCannotBeReadAreNamedBeforeTheCycleBegins(_ damage: String) throws {
        let fixture = try CycleFixture(frames: 4)
        let file = "\(fixture.labeled.path)/labels/7.png"
        switch damage {
        case "torn": try Data(contentsOf: URL(fileURLWithPath: file)).prefix(60).write(to: URL(fileURLWithPath: file))
        case "of another size": try ImageFile.write(GrayImage(width: 48, height: 32), to: file)
        default: try ImageFile.write(GrayImage(width: 96, height: 64, filledWith: 77), to: file)
        }
        let cycle = LearningCycle(try fixture.plan(), spool: try fixture.spool(), registry: try fixture.registry())
        for attempt in [{ _ = try cycle.look() }, { _ = try cycle.run() }] {
            let error = #expect(throws: LearningError.self, performing: attempt)
            #expect(error?.problem.contains(file) == true, "\(error?.problem ?? "")")
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.work + "/cycle.json"))
    }

    @Test func damagedItemsOfTheSpoolAreNamed() throws {
        let fixture = try CycleFixture(frames: 6)
        let items = try fixture.spool().items()
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: items[0].framePath))
        var label = try Data(contentsOf: URL(fileURLWithPath: items[1].labelPath))
        label[label.count - 1] ^= 1
        try label.write(to: URL(fileURLWithPath: items[1].labelPath))
        try FileManager.default.removeItem(atPath: items[2].framePath)
        #expect(mkfifo(items[2].framePath, 0o600) == 0)
        guard case .tooFewItems(3, let leftOut) = try fixture.run(fixture.plan()) else { return #expect(Bool(false)) }
        #expect(leftOut.count == 3)
        #expect(leftOut[0].hasPrefix("spool 6: road, frame 5, 1970-01-01: 00000006-frame.jpg is damaged or gone."))
        #expect(leftOut[1].contains("00000005-label.png is damaged"))
        #expect(leftOut[2].contains("It is no regular file."))
    }

    @Test func whatAKillLeftOfFilesGoes() throws {
        let fixture = try CycleFixture(frames: 4)
        let work = fixture.work
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        let left = [
            ".segmentation.checkpoint.123.partial", ".candidate.safetensors.4294967295.partial", ".cycle.json.77-1.partial",
            ".verdict.json.78-2.partial", "candidate.checkpoint", "seconds.json",
        ]
        let others = ["camber-learn.txt", "notes.txt", "mine.partial", ".other.123.partial"]
        for name in left + others { try Data("x".utf8).write(to: URL(fileURLWithPath: "\(work)/\(name)")) }
        let item = try #require(try fixture.spool().items().first)
        try fixture.spool().delete(item.id)
        var plan = try fixture.plan()
        plan.leastItems = 3
        plan.recipe.segmentation.epochs = 1
        plan.recipe.auxiliary.epochs = 1
        _ = try finished(fixture.run(plan))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: work)) == Set(others + ["lock"]))
    }

    @Test func nearCopiesOfHeldOutPicturesAreNotLearnedFrom() throws {
        let fixture = try CycleFixture()
        let held = try (0..<4).map { try ImageFile.readRGB("\(fixture.heldOut.path)/images/\($0).png") }
        let copies = [held[0], held[1].scaled(to: 200, 120), held[2].cropped(by: 2), held[3].brightened(by: 1.2)]
        let spool = try fixture.spool()
        for (number, frame) in copies.enumerated() {
            try spool.add(
                SpoolEntry(
                    frame: frame, labels: GrayImage(width: frame.width, height: frame.height), source: "another",
                    frameNumber: number, time: Date(), model: "m", threshold: 0.5, selectedRatio: 1, signature: []))
        }
        var plan = try fixture.plan()
        plan.leastItems = 7
        guard case .tooFewItems(6, let leftOut) = try fixture.run(plan) else { return #expect(Bool(false)) }
        #expect(leftOut.count == 4)
        for (number, line) in leftOut.reversed().enumerated() {
            #expect(
                line.hasPrefix("spool \(7 + number): another, frame \(number), ") && line.contains(": it is nearly the held-out ")
            )
            #expect(line.hasSuffix("/images/\(number).png"))
        }
    }

    @Test func framesOfAHeldOutDriveWithinSecondsAreNotLearnedFrom() throws {
        let fixture = try CycleFixture(frames: 4)
        for part in ["images", "labels"] {
            try FileManager.default.moveItem(
                atPath: "\(fixture.heldOut.path)/\(part)/1.png", toPath: "\(fixture.heldOut.path)/\(part)/Monday_000300.png")
        }
        let spool = try fixture.spool()
        let road = SyntheticRoad(seed: 9, width: 96, height: 64)
        for (number, source) in [(170, "/drives/Monday.mp4"), (470, "/drives/Monday.mp4"), (300, "/drives/Tuesday.mp4")] {
            let frame = RGBImage(width: 96, height: 64)
            road.render(at: Double(number), into: frame)
            try spool.add(
                SpoolEntry(
                    frame: frame, labels: GrayImage(width: 96, height: 64), source: source, frameNumber: number, time: Date(),
                    model: "m", threshold: 0.5, selectedRatio: 1, signature: []))
        }
        var plan = try fixture.plan()
        plan.leastItems = 7
        guard case .tooFewItems(6, let leftOut) = try fixture.run(plan) else { return #expect(Bool(false)) }
        #expect(
            leftOut.count == 1 && leftOut[0].contains(", frame 170, ")
                && leftOut[0].contains(": it was taken within seconds of the held-out"))
    }

    /// The road's frames are a second apart, and their source says nothing by itself.
    @Test func originsOfHeldOutPicturesTellTheTime() throws {
        let fixture = try CycleFixture(frames: 6)
        let origin = FrameOrigin(source: "road", frame: 9000, time: Date(timeIntervalSince1970: 9), model: "m", labeledBy: "eve")
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try encoder.encode(["1": origin]).write(to: URL(fileURLWithPath: fixture.heldOut.path + "/" + FrameOrigin.file))
        var plan = try fixture.plan()
        plan.leastItems = 5
        guard case .tooFewItems(4, let leftOut) = try fixture.run(plan) else { return #expect(Bool(false)) }
        #expect(leftOut.count == 2 && leftOut[1].contains("frame 4, 1970-01-01: it was taken within seconds of the held-out"))
    }

    @Test func labeledPicturesTooMuchLikeHeldOutOnesAreLeftOut() throws {
        let fixture = try CycleFixture(frames: 4)
        let copy = try ImageFile.readRGB("\(fixture.heldOut.path)/images/1.png").brightened(by: 0.9)
        try ImageFile.write(copy, to: fixture.labeled.path + "/images/5.png")
        let record = try finished(fixture.run(fixture.plan(epochs: 1)))
        #expect(record.items.count == 11 && !record.items.contains { $0.hasSuffix("/5") })
        #expect(record.leftOut?.count == 1 && record.leftOut?.first?.contains("/5: it is nearly the held-out") == true)
    }

    @Test func heldOutLabelsWithoutAnyClassAreRefusedAtOnce() throws {
        let fixture = try CycleFixture()
        let void = GrayImage(width: 96, height: 64, filledWith: ClassSet.void)
        for index in 0..<4 { try ImageFile.write(void, to: "\(fixture.heldOut.path)/labels/\(index).png") }
        let error = #expect(throws: LearningError.self) { try fixture.run(fixture.plan()) }
        #expect(error?.problem.contains("is void") == true && error?.remedy.contains("learn.held_out") == true)
        #expect(try fixture.registry().cycles().isEmpty)
        let set = try TrainingSet([fixture.heldOut.dataset()])
        let bundle = try fixture.registry().bundle(1)
        let measured = #expect(throws: LearningError.self) { try Evaluation(bundle, on: set, workers: fixture.workers) }
        #expect(measured?.problem.contains("Every pixel of the 4 label pictures") == true)
    }
}
