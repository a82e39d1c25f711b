import Foundation
import TestSupport
import Testing
import Video

/// What `camber segment` makes of recordings as they come out of cameras.
@Suite final class SegmentSourceTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// Labels an input; returns its report and what was said.
    private func segment(
        _ input: String, _ options: String..., status: Int32 = 0
    ) throws -> (report: [String: Any], errors: String) {
        let result = try BuiltProgram(
            ["segment", file(input).path, "--model", BuiltProgram.model, "--size", "96x64", "--report", file("report.json").path]
                + options
        ).finish()
        #expect(result.status == status, "\(result.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(contentsOf: file("report.json"))) as? [String: Any]
        return (try #require(report), result.errors)
    }

    private func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(name).path).sorted()
    }

    @Test func masksOfAFolderCarryTheirPicturesNumbersAndSizes() throws {
        try FileManager.default.createDirectory(at: file("in"), withIntermediateDirectories: true)
        try SampleVideo.make(file("in/0.png"), frames: 1)
        try Data().write(to: file("in/1.png"))
        try SampleVideo.make(file("in/2.png"), frames: 1, size: "96x128")
        try SampleVideo.make(file("in/3.jpg"), frames: 1)
        let whole = try Data(contentsOf: file("in/3.jpg"))
        try whole.prefix(whole.count * 6 / 10).write(to: file("in/3.jpg"))
        let (report, errors) = try segment("in", "--masks", file("masks/").path + "/", "--per-frame", status: 1)
        #expect(try names("masks") == ["000000.png", "000002.png", "000003.png", "classes.yaml"])
        #expect(try SampleVideo.size(file("masks/000000.png")) == ["160", "120"])
        #expect(try SampleVideo.size(file("masks/000002.png")) == ["96", "128"])
        #expect(report["frames"] as? Int == 3 && report["damaged"] as? Int == 2 && report["missing"] as? Int == 1)
        #expect(report["lost"] as? [String] == ["\(file("in").path)/1.png is empty."])
        #expect(errors.hasSuffix("Error: \(file("in").path)/1.png is empty.\n"), "\(errors)")
        let notices = try #require(report["notices"] as? [String])
        for name in ["1.png", "2.png", "3.jpg"] {
            #expect(notices.count { $0.contains("/" + name) } == 1, "\(notices)")
            #expect(errors.contains("/" + name))
        }
        let frames = try #require(report["per_frame"] as? [[String: Any]])
        #expect(frames.map { $0["frame"] as? Int } == [0, 2, 3])
        #expect(frames.map { $0["damaged"] as? Bool ?? false } == [false, false, true])
    }

    @Test func withoutAnOutputTheInputsFaultsAreSaidFirst() throws {
        func said(_ input: String) throws -> (status: Int32, output: String, errors: String) {
            let result = try BuiltProgram.run("segment", file(input).path, "--model", BuiltProgram.model, "--size", "96x64")
            return (result.status, result.output, result.errors)
        }
        try SampleVideo.make(file("whole.mp4"), frames: 4)
        let whole = try said("whole.mp4")
        #expect(whole.status == 2 && whole.errors.contains("Nothing would be written") && whole.errors.contains("160x120"))
        #expect(whole.output.isEmpty)
        try SampleVideo.make(file("index-last.mp4"), frames: 40, options: ["-movflags", "0"])
        let bytes = try Data(contentsOf: file("index-last.mp4"))
        try bytes.prefix(bytes.count / 2).write(to: file("cut.mp4"))
        try Data().write(to: file("empty.mp4"))
        for (name, fault) in [("cut.mp4", "index"), ("empty.mp4", "empty"), ("absent.mp4", "absent.mp4")] {
            let result = try said(name)
            let faults = result.errors.split(separator: "\n").map(String.init)
            #expect(result.status == 1 && faults.count == 2, "\(result.errors)")
            #expect(faults.first?.contains(fault) == true && faults.last?.contains("Nothing would be written") == true)
        }
        try FileManager.default.createDirectory(at: file("card"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: file("whole.mp4"), to: file("card/a.mp4"))
        try FileManager.default.copyItem(at: file("empty.mp4"), to: file("card/b.mp4"))
        let card = try said("card")
        #expect(card.status == 2 && card.errors.contains("b.mp4 is empty") && card.errors.contains("Nothing would be written"))
        // A picture's classes are printed: that is a result.
        try SampleVideo.make(file("one.png"), frames: 1)
        let picture = try said("one.png")
        #expect(picture.status == 0 && picture.output.contains("1 frame ") && picture.output.contains("%"))
        #expect(picture.errors.contains("nothing is written"))
    }

    @Test func outputsKeepTheShapeOfPixels() throws {
        try SampleVideo.make(file("wide.mp4"), frames: 3, options: ["-vf", "setsar=4/3"])
        _ = try segment("wide.mp4", "-o", file("o.mp4").path, "--masks", file("m.mkv").path, "--confidence", file("c.mkv").path)
        for name in ["o.mp4", "m.mkv", "c.mkv"] {
            #expect(try VideoSource(file(name).path).info.sampleAspectRatio == Rational(4, 3), "\(name)")
        }
    }

    @Test func oneOfTwoCamerasIsTakenAndSaid() throws {
        try SampleVideo.make(
            file("two.mp4"), frames: 3,
            options: ["-filter_complex", "[0:v]split[a][b];[b]scale=64:48[c]", "-map", "[a]", "-map", "[c]"])
        let (report, errors) = try segment("two.mp4", "--masks", file("a.mkv").path)
        #expect(
            (report["notices"] as? [String])?.first?.contains("2 video streams") == true && errors.contains("2 video streams"))
        let (second, _) = try segment("two.mp4", "--stream", "2", "--masks", file("b.mkv").path)
        #expect(second["width"] as? Int == 64 && second["notices"] == nil)
        #expect(try SampleVideo.size(file("b.mkv")) == ["64", "48"])
    }

    @Test func theRateOfWhatHasNoTimesCanBeGiven() throws {
        try SampleVideo.make(file("raw.mjpeg"), frames: 5)
        #expect((try segment("raw.mjpeg").report["notices"] as? [String])?.first?.contains("25 frames/s are assumed") == true)
        _ = try segment("raw.mjpeg", "--rate", "10", "--masks", file("m.mkv").path)
        #expect(try SampleVideo.times(file("m.mkv")).last.map { abs($0 - 0.4) < 0.002 } == true)
    }
}
