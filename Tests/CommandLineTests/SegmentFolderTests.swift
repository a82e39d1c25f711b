import Foundation
import TestSupport
import Testing

/// Where `camber segment` puts what it makes, and what it takes for done.
@Suite final class SegmentFolderTests {
    private let folder = try! TestFolder()

    init() throws { try MediaTool.makeVideo(folder.file("drive.mp4"), frames: 3, size: "64x48") }

    private func segment(_ arguments: String..., input: String = "drive.mp4", in place: String = "") throws -> BuiltProgram.Result
    {
        let options = ["--model", BuiltProgram.model, "--size", "64x48"]
        return try BuiltProgram(
            ["segment", folder.file(input)] + options + arguments, directory: folder.url.appending(path: place)
        )
        .finish()
    }

    /// A folder with copies of the drive.
    private func make(_ name: String, holding copies: [String] = []) throws {
        try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        for copy in copies {
            try FileManager.default.copyItem(atPath: folder.file("drive.mp4"), toPath: folder.file("\(name)/\(copy)"))
        }
    }

    private func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(name)).sorted()
    }

    private func report() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: folder.bytes(of: "r.json")) as? [String: Any])
    }

    private let pictures = ["000000.png", "000001.png", "000002.png", "classes.yaml"]

    /// It cannot be replaced, as a mounted disk cannot.
    @Test func theFolderThatOneIsInGetsThePictures() throws {
        try make("here")
        let before = try folder.names
        let result = try segment("--masks", "./", in: "here")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try names("here") == pictures)
        #expect(try folder.names == before)
    }

    /// Of an archive an output is a folder, and nobody means one called like a video.
    @Test(arguments: [["-o", "out.avi"], ["-o", "out.TS"], ["--track", "out.gpx"]])
    func aFileForSeveralRecordingsIsRefused(_ output: [String]) throws {
        try make("drives", holding: ["a.mp4", "b.mp4"])
        let result = try segment(output[0], folder.file(output[1]), input: "drives")
        #expect(result.status == 2 && result.errors.contains("names a file"), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: folder.file(output[1])))
        #expect(try BuiltProgram.run("segment", "--help").output.contains(".avi"))
    }

    @Test func aFolderThatWasThereIsNotTakenForWhole() throws {
        try make("masks/pictures.partial")
        try folder.write([], to: "masks/pictures.partial/000000.png")
        let result = try segment("--masks", folder.file("masks/"), "--resume")
        #expect(result.status == 0 && !result.errors.contains("stay as they are"), "\(result.errors)")
        #expect(try names("masks") == pictures)
    }

    @Test func picturesThatHaveComeAreLabeledToo() throws {
        try make("seen")
        let options = ["-v", "error", "-i", folder.file("drive.mp4")]
        try MediaTool.run("ffmpeg", options + ["-frames:v", "1", folder.file("seen/%d.png")])
        let arguments = ["--masks", folder.file("m.mkv"), "--report", folder.file("r.json")]
        #expect(try segment(arguments[0], arguments[1], arguments[2], arguments[3], input: "seen").status == 0)
        try MediaTool.run("ffmpeg", options + ["-y", folder.file("seen/%d.png")])
        let result = try segment(arguments[0], arguments[1], arguments[2], arguments[3], "--resume", input: "seen")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try report()["frames"] as? Int == 3)
    }

    @Test func aReportWithoutFramesIsNotOneWithThem() throws {
        let (masks, file) = (folder.file("m.mkv"), folder.file("r.json"))
        #expect(try segment("--masks", masks, "--report", file).status == 0)
        #expect(try segment("--masks", masks, "--report", file, "--per-frame", "--resume").status == 0)
        #expect(try (report()["per_frame"] as? [Any])?.count == 3)
        let again = try segment("--masks", masks, "--report", file, "--per-frame", "--resume")
        #expect(again.errors.contains("1 of 1 recordings are complete and stay as they are"))
    }

    @Test func whatWasDoneBeforeCountsWithoutAReportToo() throws {
        try make("card", holding: ["a.mp4", "b.mp4", "c.mp4"])
        #expect(try segment("--masks", folder.file("m"), input: "card").status == 0)
        try FileManager.default.removeItem(atPath: folder.file("m/b.mkv"))
        let result = try segment("--masks", folder.file("m"), "--resume", input: "card")
        #expect(result.errors.contains("2 of 3 recordings are complete and stay"), "\(result.errors)")
        #expect(result.errors.contains("3 of 3 recordings are complete."), "\(result.errors)")
    }

    /// Cameras use their names again, and without a report nothing else tells the one from the other.
    @Test func aRecordingThatIsNewerThanItsOutputsIsDoneAgain() throws {
        try make("card", holding: ["a.mp4", "b.mp4"])
        #expect(try segment("--masks", folder.file("m"), input: "card").status == 0)
        try FileManager.default.removeItem(atPath: folder.file("card/a.mp4"))
        try MediaTool.makeVideo(folder.file("card/a.mp4"), frames: 2, size: "64x48")
        for (file, hours) in [("m/a.mkv", 3.0), ("m/b.mkv", 2), ("card/b.mp4", 3)] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -hours * 3600)], ofItemAtPath: folder.file(file))
        }
        let result = try segment("--masks", folder.file("m"), "--resume", input: "card")
        #expect(result.errors.contains("1 of 2 recordings are complete and stay"), "\(result.errors)")
        #expect(result.errors.contains("nothing says which model and options"), "\(result.errors)")
        #expect((result.output + result.errors).contains("a.mp4: 2 frames"), "\(result)")
    }

    /// Cameras that make all files of one length use their names again too.
    @Test func aReportDoesNotKeepWhatIsNewerThanItsOutputs() throws {
        try make("card", holding: ["a.mp4", "b.mp4"])
        let outputs = ["--masks", folder.file("m"), "--report", folder.file("r.json")]
        #expect(try segment(outputs[0], outputs[1], outputs[2], outputs[3], input: "card").status == 0)
        let dates = [("m/a.mkv", 2.0), ("m/b.mkv", 2), ("card/a.mp4", 1), ("card/b.mp4", 3)]
        for (file, hours) in dates {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -hours * 3600)], ofItemAtPath: folder.file(file))
        }
        let result = try segment(outputs[0], outputs[1], outputs[2], outputs[3], "--resume", input: "card")
        #expect(result.status == 0 && result.errors.contains("1 of 2 recordings are complete and stay"), "\(result.errors)")
    }

    /// As of a disk that is mounted in another place.
    @Test func anArchiveThatHasMovedIsNotDoneAgain() throws {
        try make("card", holding: ["a.mp4", "b.mp4"])
        let outputs = ["--masks", folder.file("m"), "--report", folder.file("r.json")]
        #expect(try segment(outputs[0], outputs[1], outputs[2], outputs[3], input: "card").status == 0)
        try FileManager.default.moveItem(atPath: folder.file("card"), toPath: folder.file("disk"))
        let result = try segment(outputs[0], outputs[1], outputs[2], outputs[3], "--resume", input: "disk")
        #expect(result.status == 0 && result.errors.contains("2 of 2 recordings are complete and stay"), "\(result.errors)")
        let inputs = try #require(try report()["inputs"] as? [[String: Any]]).compactMap { $0["input"] as? String }
        #expect(inputs == ["a", "b"].map { folder.file("disk/\($0).mp4") })
    }

    /// They lie in the archive when it is labeled again, for other outputs.
    @Test func earlierResultsAreNoRecordings() throws {
        try make("card", holding: ["a.mp4"])
        let first = try segment(
            "-o", folder.file("card/seen"), "--masks", folder.file("card/masks"), "--confidence", folder.file("card/sure"),
            input: "card")
        #expect(first.status == 0, "\(first.errors)")
        let second = try segment("--masks", folder.file("again"), "--report", folder.file("r.json"), input: "card")
        #expect(second.status == 0 && second.errors.contains("1 of 1 recordings"), "\(second.errors)")
        #expect(second.errors.contains("Left out: 3 results"), "\(second.errors)")
        #expect(try names("again") == ["a.mkv"])
        #expect(try report()["frames"] as? Int == 3)
        let alone = try segment("--masks", folder.file("m.mkv"), input: "card/seen/a.mp4")
        #expect(alone.status == 1 && alone.errors.contains("an overlay that Camber has made"), "\(alone.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("m.mkv")))
        let only = try segment("--masks", folder.file("none"), input: "card/seen")
        #expect(only.status == 1 && only.errors.contains("There is no recording to label"), "\(only.errors)")
    }

    @Test func noOutputTakesThePlaceOfAnother() throws {
        let sidecar = try segment("--masks", folder.file("m.mkv"), "--sidecar", "--report", folder.file("m.mkv.jsonl"))
        #expect(sidecar.status == 2 && sidecar.errors.contains("the same name"), "\(sidecar.errors)")
        try make("card", holding: ["a.mp4"])
        let masks = try segment("--masks", folder.file("out"), "--report", folder.file("out/a.mkv"), input: "card")
        #expect(masks.status == 2 && masks.errors.contains("the same name"), "\(masks.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
}
