import Foundation
import Learning
import RoadScenes
import TestSupport
import Testing
import Video

/// Folders and lists as cameras, cards and other machines make them, and recordings that are not whole.
@Suite final class UnlabeledSearchTests {
    private let folder = try! TestFolder()

    private func video(_ name: String, frames: Int = 2, _ options: [String] = ["-c:v", "mpeg4"]) throws {
        let path = folder.file(name)
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try MediaTool.makeVideo(path, frames: frames, size: "64x48", options: options)
    }

    private func picture(_ name: String) throws {
        let path = folder.file(name)
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try ImageFile.write(RGBImage(width: 16, height: 8), to: path)
    }

    private func names(_ pictures: UnlabeledPictures, _ remark: (UnlabeledPictures.Remark) -> Void = { _ in }) throws -> [String]
    {
        var names: [String] = []
        try pictures.forEach { _, _ in
            true
        } remark: {
            remark($0)
        } _: { _, picture in
            names.append(picture.name)
        }
        return names
    }

    private func remarks(_ name: String) throws -> [UnlabeledPictures.Remark] {
        var remarks: [UnlabeledPictures.Remark] = []
        _ = try names(UnlabeledPictures([folder.file(name)])) { remarks.append($0) }
        return remarks
    }

    @Test func everyRecordingInTheFoldersIsFoundByWhatItIs() throws {
        try video("a.mp4")
        for name in ["f.insv", "noext", "100GOPRO/k.MP4", "o.xyz"] {
            try video("made.mp4")
            try FileManager.default.createDirectory(atPath: folder.file("100GOPRO"), withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: folder.file("made.mp4"), toPath: folder.file(name))
        }
        try video("g.m2t", ["-c:v", "mpeg2video", "-f", "mpegts"])
        try video("i.nut")
        try video("m.y4m", ["-f", "yuv4mpegpipe"])
        try video("h.gif", ["-f", "gif"])
        try picture("below/p.png")
        try folder.write("no recording".utf8, to: "notes.txt")
        let found = try UnlabeledPictures([folder.path])
        #expect(found.problems.isEmpty && found.notes.count == 1 && found.notes[0].contains("(1)"), "\(found.notes)")
        let firsts = try names(found).filter { !$0.hasSuffix("-000001") }
        #expect(
            firsts == ["a", "f", "g", "i", "m", "noext", "o"].map { "\($0)-000000" } + ["k-000000", "p"])
        // Named alone, too.
        #expect(try names(UnlabeledPictures([folder.file("noext")])) == ["noext-000000", "noext-000001"])
        #expect(try names(UnlabeledPictures([folder.file("h.gif")])).first == "h-000000")
    }

    @Test func labelsAndResultsBelowAFolderAreNoPictures() throws {
        for name in ["set/images/a.png", "set/labels/a.png", "set/confidence/a.png", "seg/train/b.png", "seg/trainannot/b.png"] {
            try picture(name)
        }
        try picture("masks/000000.png")
        try folder.write([], to: "masks/classes.yaml")
        try picture("out/images/c.png")
        let found = try UnlabeledPictures([folder.path], outputs: [folder.file("out")])
        #expect(try names(found) == ["b", "a"])
        #expect(found.notes.count { $0.contains("holds labels") } == 4, "\(found.notes)")
        // Named by itself, it is taken.
        #expect(try names(UnlabeledPictures([folder.file("set/labels")])) == ["a"])
    }

    @Test(arguments: ["\"a b.png\"\n'more/c.png'", "D:\\x\\a b.png\r\nD:\\drives\\more\\c.png", "\u{FEFF}a b.png\nmore\\c.png"])
    func listsOfOtherMachinesAreUnderstood(text: String) throws {
        try picture("a b.png")
        try picture("x/a b.png")
        try picture("more/c.png")
        for (encoding, mark) in [
            (String.Encoding.utf8, [UInt8]()), (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
        ] where !text.hasPrefix("\u{FEFF}") || mark.isEmpty {
            try folder.write(mark + [UInt8](try #require(text.data(using: encoding))), to: "list.txt")
            let found = try UnlabeledPictures([folder.file("list.txt")])
            #expect(try names(found) == ["a b", "c"], "\(found.problems)")
        }
    }

    @Test func aListOfNothingKeepsItsReasons() throws {
        try folder.write("none.png\n\nnowhere/b.mp4\n".utf8, to: "list.txt")
        let found = try UnlabeledPictures([folder.file("list.txt")])
        #expect(
            found.problems.count == 2 && found.problems[1].contains("list.txt, line 3") && found.problems[1].contains("b.mp4"))
        #expect(throws: LearningError.self) { try found.requireAny() }
        try folder.write([0x80, 0xFF, 0, 1], to: "rubbish")
        let error = #expect(throws: LearningError.self) { try UnlabeledPictures([folder.file("rubbish")]) }
        #expect(error?.problem.contains("neither a recording nor a list") == true)
    }

    @Test func aRecordingWithoutItsEndSaysWhatIsMissing() throws {
        try video("whole.mkv", frames: 40)
        let whole = try folder.bytes(of: "whole.mkv")
        try folder.write(whole.prefix(whole.count / 2), to: "cut.mkv")
        #expect(try remarks("whole.mkv").isEmpty)
        let found = try remarks("cut.mkv")
        #expect(found.count { $0.isLoss } == 1)
        #expect(found.contains { $0.text.contains("cut.mkv") && $0.text.contains("frames that it promises are not in it") })
    }

    @Test func whatWasAssumedOfARecordingIsSaid() throws {
        try video("two.mp4", ["-filter_complex", "[0:v]split[a][b]", "-map", "[a]", "-map", "[b]", "-c:v", "mpeg4"])
        try video("raw.mjpeg", ["-c:v", "mjpeg"])
        for (name, text) in [("two.mp4", "Note: "), ("raw.mjpeg", "25 frames/s are assumed")] {
            let found = try remarks(name)
            #expect(found.contains { $0.text.contains(text) } && !found.contains { $0.isLoss }, "\(found.map(\.text))")
        }
    }
}
