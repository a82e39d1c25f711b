import Files
import Foundation
import Learning
import TestSupport
import Testing

/// A cycle removes files in its work folder, and never somebody else's.
@Suite struct CycleFolderTests {
    private let folder = try! TestFolder()
    private let mark = "camber-learn.txt"

    /// Gives up whatever cycle is in the folder: the shortest way to what removes files.
    private func giveUp(in name: String) throws {
        _ = try LearningCycle.withoutCycle(work: folder.file(name), registry: nil, where: { _ in true }, {})
    }

    private func make(_ names: [String]) throws {
        for name in names {
            let file = URL(fileURLWithPath: folder.file("work/\(name)"))
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: file)
        }
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.file("work")).sorted() }
    }

    @Test(arguments: [
        ["frames/1.jpg", "verdict.json"], ["frames/holiday.jpg", "lock"], ["pseudo-labels-mine/1.png", "lock", "frames/1.jpg"],
        ["notes.txt"], ["lock", "cycle.json", "notes.txt"],
    ])
    func aFolderOfSomebodyElseIsRefused(_ files: [String]) throws {
        try make(files)
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        let error = #expect(throws: LearningError.self) { try giveUp(in: "work") }
        #expect(error?.problem.contains(folder.file("work")) == true && error?.remedy.contains("learn.work") == true)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before)
    }

    @Test func aNewOrEmptyFolderIsMarked() throws {
        try FileManager.default.createDirectory(atPath: folder.file("work/lost+found"), withIntermediateDirectories: true)
        try giveUp(in: "work")
        #expect(try names == [mark, "lock", "lost+found"])
        try giveUp(in: "new")
        #expect(FileManager.default.fileExists(atPath: folder.file("new/\(mark)")))
    }

    @Test func aFolderOfTheVersionBeforeIsTakenOver() throws {
        try make([
            "lock", "frames/12.jpg", "frames/12-before.jpg", "pseudo-labels/labels/1.png", "pseudo-labels-1/labels/1.png",
            "segmentation.checkpoint", "segmentation.log.jsonl", "seconds.json", ".cycle.json.7-1.partial",
        ])
        try giveUp(in: "work")
        #expect(try names == [mark, "lock"])
    }

    /// A frame that there is no room for was told as one that the spool does not hold.
    @Test func aFrameThatCannotBeCopiedIsNoFrameThatIsGone() throws {
        let frame = folder.file("1.jpg")
        try Data("x".utf8).write(to: URL(fileURLWithPath: frame))
        let work = CycleFolder(folder.file("work"))
        try make(["frames/2.jpg"])
        #expect(try work.takeOver(frame, as: "1.jpg"))
        #expect(try !work.takeOver(folder.file("evicted.jpg"), as: "3.jpg"))
        // Neither a link nor a copy gets a name in a folder that is missing.
        #expect(throws: LearningError.self) { try work.takeOver(frame, as: "missing/1.jpg") }
        #expect(FileManager.default.contents(atPath: folder.file("work/frames/1.jpg")) == Data("x".utf8))
    }

    @Test func whoIsToWaitForACycleIsToldSo() throws {
        try giveUp(in: "work")
        let lock = try FileLock(folder.file("work/lock"))
        lock.sign()
        defer { lock.release() }
        let error = #expect(throws: LearningError.self) { try giveUp(in: "work") }
        #expect(error?.code == .busy && error?.problem.contains("process \(getpid())") == true)
        #expect(error?.problem.contains("Nothing was changed") == true)
    }

    @Test func namesThatNoCycleGivesStay() throws {
        let others = ["frames.zip", "pseudo-labels-0", "pseudo-labels-mine", "pseudo-labels.zip"]
        try make([mark, "frames/1.jpg", "pseudo-labels/a", "pseudo-labels-2/a"] + others)
        try giveUp(in: "work")
        #expect(try names == ([mark, "lock"] + others).sorted())
    }
}
