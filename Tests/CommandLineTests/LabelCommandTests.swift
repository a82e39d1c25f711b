import Foundation
import TestSupport
import Testing

/// What `camber label` says of recordings that are not whole.
@Suite final class LabelCommandTests {
    private let folder = try! TestFolder()

    private func label(_ input: String) throws -> BuiltProgram.Result {
        try BuiltProgram.run(
            "label", folder.file(input), "--model", BuiltProgram.model, "--size", "64x48", "--every", "20", "--out",
            folder.file("out-\(input)"))
    }

    @Test func aRecordingWithoutItsEndIsLabeledAndALoss() throws {
        try MediaTool.makeVideo(folder.file("whole.mkv"), frames: 40, size: "64x48", options: ["-c:v", "mpeg4"])
        let whole = try folder.bytes(of: "whole.mkv")
        try folder.write(whole.prefix(whole.count / 2), to: "cut.mkv")
        let result = try label("cut.mkv")
        #expect(result.status == 1 && result.errors.contains("Damaged: ") && result.errors.contains("Wrote 1 labeled"))
        #expect(FileManager.default.fileExists(atPath: folder.file("out-cut.mkv/classes.yaml")))
        #expect(try label("whole.mkv").status == 0)
    }

    /// Labels are kept by their places among what was found.
    @Test func aFolderThatWasBegunWithOtherFilesIsRefused() throws {
        try FileManager.default.createDirectory(atPath: folder.file("card"), withIntermediateDirectories: true)
        try MediaTool.makeVideo(folder.file("card/m.mp4"), frames: 1, size: "64x48")
        let first = try label("card")
        #expect(first.status == 0 && first.errors.contains("Wrote 1 labeled picture to"), "\(first.errors)")
        #expect(try label("card").status == 0)
        try MediaTool.makeVideo(folder.file("card/a.mp4"), frames: 1, size: "64x48")
        let result = try label("card")
        #expect(result.status == 1 && result.errors.contains("begun with other files"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out-card/labels")).count == 1)
    }

    @Test func whyNothingCouldBeLabeledIsSaid() throws {
        try MediaTool.makeVideo(
            folder.file("whole.mp4"), frames: 40, size: "64x48", options: ["-c:v", "mpeg4", "-movflags", "0"])
        let whole = try folder.bytes(of: "whole.mp4")
        try folder.write(whole.prefix(whole.count / 2), to: "cut.mp4")
        let recording = try label("cut.mp4")
        #expect(recording.status == 1 && recording.errors.contains("moov"), "\(recording.errors)")
        #expect(recording.errors.contains("could be labeled") && !recording.errors.contains("data set"))
        try folder.write("none.png\n".utf8, to: "list.txt")
        let list = try label("list.txt")
        #expect(list.status == 1 && list.errors.contains("none.png") && list.errors.contains("no unlabeled pictures"))
    }
}
