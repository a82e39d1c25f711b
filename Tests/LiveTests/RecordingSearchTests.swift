import Foundation
import Live
import TestSupport
import Testing

/// Folders as cameras, cards and accidents make them.
@Suite final class RecordingSearchTests {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }

    private func make(_ names: String...) throws {
        for name in names {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        }
    }

    private func search(_ inputs: String..., outputs: [String] = []) -> RecordingSearch {
        RecordingSearch(inputs.isEmpty ? [folder] : inputs.map { "\(folder)/\($0)" }, outputs: outputs)
    }

    @Test func outputsMirrorTheFolders() throws {
        try make("Saved/a/front.mp4", "Saved/b/front.mp4", "DCIM/100GOPRO/GX010001.MP4", "z.mov", "z10.mov", "z9.mov")
        let found = search()
        #expect(found.isArchive && found.oddities.isEmpty)
        #expect(found.recordings.map(\.name) == ["z", "z9", "z10", "DCIM/100GOPRO/GX010001", "Saved/a/front", "Saved/b/front"])
        #expect(found.recordings.allSatisfy { $0.bytes == 1 })
    }

    @Test func chaptersOfOneDriveStandTogether() throws {
        try make("GX010001.MP4", "GX010002.MP4", "GX020001.MP4", "GX020002.MP4", "GX030001.MP4")
        #expect(search().recordings.map(\.name) == ["GX010001", "GX020001", "GX030001", "GX010002", "GX020002"])
    }

    @Test func camerasOwnCopiesAndHiddenFilesAreLeftOut() throws {
        try make("a.mp4", "a.LRV", "a.THM", "._a.mp4", ".Trashes/b.mp4", "photo.jpg")
        let found = search()
        #expect(found.recordings.map(\.name) == ["a"])
        #expect(found.notes.contains { $0.contains("2 low-resolution") })
    }

    @Test func foldersThatSystemsMakeAreLeftOut() throws {
        try make(
            "a.mp4", "$RECYCLE.BIN/S-1/$RABC.MP4", "System Volume Information/x.mp4", "lost+found/y.mp4",
            "sub/@eaDir/b.mp4/T.jpg",
            "#recycle/old.mp4", "recycle/c.mp4")
        let found = search()
        #expect(found.recordings.map(\.name) == ["a", "recycle/c"] && found.oddities.isEmpty)
        #expect(found.notes.contains { $0.contains("5 folders of deleted files") }, "\(found.notes)")
        #expect(search("lost+found").recordings.map(\.name) == ["y"], "what is named itself is taken")
    }

    /// Half a recording is no recording: it is done when the transfer has ended.
    @Test func whatIsStillComingIsNotTaken() throws {
        try make("a.mp4", "b.mp4.part", "c.MP4.crdownload", "d.mkv.1a2b3c4d.partial", "notes.part")
        let found = search()
        #expect(found.recordings.map(\.name) == ["a"])
        #expect(
            found.oddities.count == 3 && found.oddities.allSatisfy { $0.problem.contains("has not ended") }, "\(found.oddities)")
    }

    @Test func picturesOfMasksAmongOthersAreLeftOut() throws {
        try make("a/1.png", "a/2.png", "masks/a/000000.png", "masks/a/classes.yaml", "masks/a/b/c")
        let found = search()
        #expect(found.recordings.map(\.name) == ["a"])
        #expect(found.notes.contains { $0.contains("1 folder with masks") }, "\(found.notes)")
        #expect(search("masks").oddities.map(\.problem).contains { $0.contains("masks only") })
        #expect(search("masks/a").recordings.count == 1, "what is named itself is taken")
        try make("mine/1.png", "mine/classes.yaml", "mine/a.mp4")
        #expect(search().recordings.map(\.name) == ["mine/a"], "a recording is never hidden")
    }

    @Test func namesThatDifferOnlyInTheirEndingsKeepThem() throws {
        try make("a.mp4", "a.mov", "b.mp4", "B.avi", "c/a.mp4")
        #expect(search().recordings.map(\.name) == ["B.avi", "a.mov", "a.mp4", "b.mp4", "c/a"])
        try make("c/a.ts")
        #expect(search().recordings.map(\.name).suffix(2) == ["c/a.mp4", "c/a.ts"])
    }

    /// `--resume` removes what is unfinished: `a.partial.mkv` of `a.mkv`.
    @Test func noNamePassesForTheUnfinishedOutputOfAnother() throws {
        try make("a.mp4", "a.partial.mp4", "a.Partial-2.mp4", "a.partially.mp4", "partial.mp4")
        #expect(Set(search().recordings.map(\.name)) == ["a", "a.partial.mp4", "a.Partial-2.mp4", "a.partially", "partial"])
        #expect(search("b.mp4", "b.partial").recordings.map(\.name) == ["b.mp4", "b.partial_"])
    }

    @Test func severalFoldersHaveTheirNamesBefore() throws {
        try make("one/card/a.mp4", "two/card/a.mp4")
        #expect(search("one/card", "two/card").recordings.map(\.name) == ["card/a", "card-2/a"])
        #expect(search("one/card/a.mp4", "two/card/a.mp4").recordings.map(\.name) == ["a", "a-2"])
    }

    /// As of `camber segment card card/DCIM/*`.
    @Test func whatIsNamedTwiceCountsOnce() throws {
        try make("card/a.mp4", "card/DCIM/b.mp4")
        let found = search("card", "card/DCIM/b.mp4", "card/./a.mp4", "card/DCIM")
        #expect(found.recordings.count == 2)
        #expect(found.notes.contains { $0.hasPrefix("Labeled once: 3 recordings") }, "\(found.notes)")
        try #require(symlink("a.mp4", "\(folder)/card/latest.mp4") == 0)
        #expect(search("card").recordings.count == 3 && search("card").notes.isEmpty)
    }

    @Test(arguments: [S_IFIFO, S_IFSOCK])
    func whatIsNoFileIsNamedAndHidesNothing(kind: mode_t) throws {
        try make("z.mp4")
        try #require(mknod("\(folder)/b.mp4", kind | 0o600, 0) == 0)
        try #require(mknod("\(folder)/control", kind | 0o600, 0) == 0)
        let found = search()
        #expect(found.recordings.map(\.name) == ["z"])
        #expect(found.oddities.map(\.input) == ["\(folder)/b.mp4"])
    }

    @Test func everyOddEntryIsNamed() throws {
        try make("good.mp4", "-o.mp4", "line\nfeed.mp4")
        _ = FileManager.default.createFile(atPath: "\(folder)/empty.mp4", contents: nil)
        try #require(symlink("/nowhere", "\(folder)/link.mp4") == 0)
        try #require(symlink("link2.mp4", "\(folder)/link2.mp4") == 0)
        try #require(symlink(folder, "\(folder)/loop") == 0)
        try FileManager.default.createDirectory(atPath: "\(folder)/folder.mp4", withIntermediateDirectories: true)
        let gbk = Array("\(folder)/".utf8) + [0xd6, 0xd0] + Array(".mp4".utf8) + [0]
        try #require(close(open(gbk.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o600)) == 0)
        let found = search()
        #expect(Set(found.recordings.map(\.name)) == ["good", "-o", "line\nfeed"])
        let problems = found.oddities.map(\.problem)
        #expect(problems.count == 4, "\(problems)")
        #expect(problems.contains { $0.contains("empty.mp4 is empty") })
        #expect(problems.count { $0.contains("leads nowhere") } == 2)
        #expect(problems.contains { $0.contains("UTF-8") })
        #expect(found.notes.contains { $0.contains("loop is a link to a folder") })
    }

    @Test func theLongestNamesLeaveRoomForTheOutputs() throws {
        let stem = String(repeating: "n", count: 250)
        try make("\(stem)1.mp4", "\(stem)1.ts")
        let names = search().recordings.map(\.name)
        #expect(Set(names).count == 2)
        #expect(names.allSatisfy { $0.utf8.count + ".mp4.jsonl".utf8.count <= 255 })
    }

    @Test func outputsOfAnEarlierRunAreNoInputs() throws {
        try make("a.mp4", "results/a.mkv", "results/deep/b.mkv")
        #expect(search(outputs: ["\(folder)/results/"]).recordings.map(\.name) == ["a"])
    }

    @Test func picturesAreRecordingsWhereThereAreNoVideos() throws {
        try make("one/1.png", "one/2.png", "two/1.jpg")
        let found = search()
        #expect(found.isArchive && found.recordings.map(\.name) == ["one", "two"])
        #expect(!search("one").isArchive)
        try make("three/a.mp4")
        #expect(search().recordings.map(\.name) == ["three/a"])
        #expect(search().notes.contains { $0.contains("2 folders with pictures") })
    }

    /// By it work that is gone on with knows that others have come.
    @Test func aFolderOfPicturesIsAsLargeAsItsPictures() throws {
        try make("one/1.png")
        let before = try #require(search("one").recordings.first?.bytes)
        try make("one/2.png", "two/1.png")
        #expect(search("one").recordings.first?.bytes == before * 2 && before > 0)
        #expect(search().recordings.map(\.bytes) == [before * 2, before])
    }

    @Test func picturesThatAreLeftOutAreSaid() throws {
        try make("1.png", "below/2.png", "below/deep/3.png")
        let found = search()
        #expect(found.recordings.map(\.path) == [folder])
        #expect(found.notes.contains { $0.contains("2 folders with pictures") })
        #expect(search("below").notes.contains { $0.contains("Left out: 1 folder with pictures") })
    }

    @Test func foldersDoNotStandForTheirGIFsAndThatIsSaid() throws {
        try make("a.gif", "below/b.GIF")
        let only = search()
        #expect(only.recordings.isEmpty && only.oddities.map(\.input) == [folder])
        #expect(only.oddities.first?.problem.contains("GIFs only (2), which are left out") == true)
        #expect(search("a.gif").recordings.map(\.name) == ["a"])
        try make("c.mp4")
        #expect(search().recordings.map(\.name) == ["c"] && search().oddities.isEmpty)
        #expect(search().notes.contains { $0.contains("GIFs") && $0.contains("(2)") })
    }

    @Test func anEmptyFolderIsNamed() throws {
        let found = search()
        #expect(found.recordings.isEmpty && found.oddities.count == 1)
    }

    @Test func addressesGiveNoSecretsToNames() {
        let found = RecordingSearch([
            "http://cam:pass@host/live/front.ts?token=Zq9", "rtsp://host/user=admin_password=Zq9_channel=1", "http://host:1/",
        ])
        #expect(found.recordings.allSatisfy { !$0.name.contains("Zq9") && !$0.name.isEmpty && !$0.name.contains("/") })
        #expect(found.recordings[0].name == "front")
    }
}
