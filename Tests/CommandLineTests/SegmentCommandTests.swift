import Foundation
import TestSupport
import Testing

@Suite final class SegmentCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let drive: URL

    init() throws {
        drive = temporary.url.appendingPathComponent("drive.mp4")
    }

    private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    private func report(_ name: String = "report.json") throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file(name))) as? [String: Any])
    }

    @Test func everyFrameComesOutLabeledWithItsTime() throws {
        try SampleVideo.make(drive, frames: 23, options: ["-vf", "setpts='if(gt(N,10),PTS+0.35/TB,PTS)'", "-fps_mode", "vfr"])
        let result = try BuiltProgram.run(
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "96x64", "-o", file("overlay.mp4").path, "--masks",
            file("masks.mkv").path, "--report", file("report.json").path, "--per-frame")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("23 frames"))
        #expect(try SampleVideo.frameCount(file("masks.mkv")) == 23)
        #expect(try SampleVideo.frameCount(file("overlay.mp4")) == 23)
        #expect(try SampleVideo.size(file("masks.mkv")) == ["160", "120"])
        for (mask, source) in zip(try SampleVideo.times(file("masks.mkv")), try SampleVideo.times(drive)) {
            #expect(abs(mask - source) < 0.0011)
        }
        #expect(try SampleVideo.gray(file("masks.mkv")).allSatisfy { $0 < 11 })

        let report = try report()
        #expect(report["frames"] as? Int == 23)
        #expect(report["damaged"] as? Int == 0)
        #expect((report["seconds"] as? Double ?? 0) > 0)
        #expect(report["model"] as? String == BuiltProgram.model)
        let classes = try #require(report["classes"] as? [String: Double])
        #expect(classes.count == 11)
        #expect(abs(classes.values.reduce(0, +) - 1) < 1e-9)
        #expect((report["per_frame"] as? [Any])?.count == 23)
    }

    @Test func severalRecordingsAtOnceGiveTheSameFiles() throws {
        try FileManager.default.createDirectory(at: file("card/a"), withIntermediateDirectories: true)
        for number in 1...5 { try SampleVideo.make(file("card/a/\(number).mp4"), frames: 3 + 2 * number) }
        try Data("rubbish".utf8).write(to: file("card/a/3b.mp4"))
        func label(_ name: String, _ options: [String], environment: [String: String] = [:]) throws -> BuiltProgram.Result {
            try BuiltProgram(
                [
                    "segment", file("card").path, "--model", BuiltProgram.model, "--size", "96x64", "--masks", file(name).path,
                    "--report", file("\(name).json").path,
                ] + options, environment: environment
            ).finish()
        }
        func bytes(_ name: String) throws -> [Data] {
            try (1...5).map { try Data(contentsOf: file("\(name)/a/\($0).mkv")) }
        }
        for (name, jobs) in [("one", "1"), ("three", "3")] {
            let result = try label(name, ["--jobs", jobs, "--threads", "3"])
            #expect(result.status == 1 && result.errors.contains("5 of 6 recordings are complete"), "\(result.errors)")
        }
        #expect(try bytes("one") == bytes("three"))
        let inputs = try #require(try report("three.json")["inputs"] as? [[String: Any]])
        #expect(inputs.compactMap { $0["frames"] as? Int } == [5, 7, 9, 11, 13], "in the order of the recordings")

        // The same by two machines that a scheduler has given a part each.
        for index in 0..<2 {
            _ = try label("part\(index)", ["--shard", "auto/2"], environment: ["JOB_COMPLETION_INDEX": "\(index)"])
        }
        let parts = [file("part0.json").path, file("part1.json").path]
        let merged = try BuiltProgram.run("report", "merge", parts[0], parts[1], "--out", file("whole.json").path)
        #expect(merged.status == 1 && merged.errors.contains("5 recordings, 5 of them whole"), "\(merged.errors)")
        let whole = try #require(try report("whole.json")["inputs"] as? [[String: Any]])
        #expect(Set(whole.compactMap { $0["input"] as? String }) == Set(inputs.compactMap { $0["input"] as? String }))
        let half = try BuiltProgram.run("report", "merge", parts[0])
        #expect(half.status == 1 && half.errors.contains("Missing: part 2/2") && half.output.contains("\"missing_parts\""))
        let strangers = try BuiltProgram.run("report", "merge", parts[0], file("one.json").path)
        #expect(strangers.status == 2 && strangers.errors.contains("Only parts of one job"))
    }

    @Test func shardsTogetherGiveTheWholeDrive() throws {
        try SampleVideo.make(drive, frames: 17)
        func masks(_ name: String, _ options: String...) throws -> Data {
            let arguments = ["segment", drive.path, "--model", BuiltProgram.model, "--size", "96x64", "--masks", file(name).path]
            let result = try BuiltProgram(arguments + options).finish()
            #expect(result.status == 0, "\(result.errors)")
            return try SampleVideo.gray(file(name))
        }
        let whole = try masks("whole.mkv")
        let parts = try (1...3).map { try masks("part\($0).mkv", "--shard", "\($0)/3") }
        #expect(parts.allSatisfy { !$0.isEmpty && $0.count < whole.count })
        #expect(parts.reduce(Data(), +) == whole)
    }

    @Test func everyNthFrameOnly() throws {
        try SampleVideo.make(drive, frames: 20)
        let arguments = [
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "64x48", "--masks", folder.path + "/masks/",
        ]
        let result = try BuiltProgram(arguments + ["--every", "6"]).finish()
        #expect(result.status == 0, "\(result.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: file("masks").path).sorted()
        #expect(names == ["000000.png", "000006.png", "000012.png", "000018.png", "classes.yaml"])
        // Masks of another run among them would pass for this one's.
        let again = try BuiltProgram(arguments + ["--every", "7"]).finish()
        #expect(again.status == 2 && again.errors.contains("holds pictures already"))
    }

    @Test func anArchiveGetsAFolderOfResults() throws {
        let archive = file("archive")
        try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
        for (name, frames) in [("one.mp4", 3), ("two.mkv", 4)] {
            try SampleVideo.make(archive.appendingPathComponent(name), frames: frames)
        }
        try Data("no video".utf8).write(to: archive.appendingPathComponent("three.avi"))
        let result = try BuiltProgram.run(
            "segment", archive.path, "--model", BuiltProgram.model, "--size", "64x48", "--masks", file("masks").path, "--report",
            file("report.json").path)
        #expect(result.status == 1)
        #expect(result.errors.contains("three.avi"))
        #expect(try SampleVideo.frameCount(file("masks/one.mkv")) == 3)
        #expect(try SampleVideo.frameCount(file("masks/two.mkv")) == 4)
        let report = try report()
        #expect(report["frames"] as? Int == 7)
        #expect((report["inputs"] as? [Any])?.count == 2)
        #expect((report["failures"] as? [Any])?.count == 1)
    }

    @Test func confidenceIsWrittenForEveryFrame() throws {
        try SampleVideo.make(drive, frames: 2)
        let result = try BuiltProgram.run(
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "64x48", "--confidence", file("confidence.mkv").path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try SampleVideo.frameCount(file("confidence.mkv")) == 2)
    }

    @Test func damagedRecordingsGiveWhatIsLeftOfThem() throws {
        try SampleVideo.make(file("whole.ts"), frames: 60)
        let bytes = try Data(contentsOf: file("whole.ts"))
        try bytes.prefix(bytes.count / 2).write(to: file("half.ts"))
        let result = try BuiltProgram.run(
            "segment", file("half.ts").path, "--model", BuiltProgram.model, "--size", "64x48", "--masks", file("masks.mkv").path)
        #expect(result.status == 0, "\(result.errors)")
        let count = try #require(try SampleVideo.frameCount(file("masks.mkv")))
        #expect(count > 5 && count < 60)
    }

    @Test(arguments: ["", "This is a text about a drive.\n", "#EXTM3U\n#EXTINF:1,\n/etc/hostname\n"])
    func whatIsNoVideoIsAnError(content: String) throws {
        try Data(content.utf8).write(to: drive)
        let result = try BuiltProgram.run(
            "segment", drive.path, "--model", BuiltProgram.model, "--masks", file("masks.mkv").path)
        #expect(result.status == 1)
        #expect(result.errors.contains("drive.mp4"))
        #expect(!FileManager.default.fileExists(atPath: file("masks.mkv").path))
    }

    @Test func aMissingOrWrongModelIsAnError() throws {
        try SampleVideo.make(drive, frames: 1)
        let report = file("r.json").path
        #expect(try BuiltProgram.run("segment", drive.path, "--model", "/nowhere.safetensors", "--report", report).status == 1)
        let result = try BuiltProgram.run("segment", drive.path, "--model", drive.path, "--report", report)
        #expect(result.status == 1)
        #expect(result.errors.contains("drive.mp4"))
    }

    @Test(arguments: [
        [], ["drive.mp4"], ["drive.mp4", "--model", "m", "--shard", "4/3"], ["drive.mp4", "--model", "m", "--every", "0"],
        ["drive.mp4", "--model", "m", "--size", "huge"], ["drive.mp4", "--model", "m", "--masks", "masks.mp4"],
        ["drive.mp4", "--model", "m", "-o", "overlay.gif"], ["drive.mp4", "--model", "m", "--per-frame"],
        ["drive.mp4", "--model", "m", "--threads", "0", "--report", "-"], ["drive.mp4", "--modle", "m"],
        ["drive.mp4", "--model", "m"],
        ["drive.mp4", "--model", "m", "--report", "/proc/r.json"],
        ["drive.mp4", "--model", "m", "-o", "/tmp/../tmp/a.mp4", "--confidence", "/tmp/a.mp4"],
        ["drive.mp4", "--model", "m", "--report", "/"], ["drive.mp4", "--model", "m", "-o", "/dev/null/o.mp4"],
    ])
    func wrongUsageIsExitCode2(arguments: [String]) throws {
        let result = try BuiltProgram(["segment"] + arguments).finish()
        #expect(result.status == 2)
        #expect(!result.errors.isEmpty)
        #expect(result.output.isEmpty)
    }

    @Test func anInputIsNeverWrittenOver() throws {
        try SampleVideo.make(drive, frames: 1)
        let before = try Data(contentsOf: drive)
        let result = try BuiltProgram.run("segment", drive.path, "--model", BuiltProgram.model, "-o", drive.path)
        #expect(result.status == 2)
        #expect(try Data(contentsOf: drive) == before)
    }

    /// Started through `env`, which undoes what these tests themselves may have been started with, as by `nohup`.
    @Test(arguments: ["--default-signal=HUP", "--ignore-signal=HUP"])
    func aTerminalThatIsGoneEndsItUnlessThatIsIgnored(option: String) throws {
        try SampleVideo.make(drive, frames: 200)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            option, try BuiltProgram.file().path, "segment", drive.path, "--model", BuiltProgram.model, "--size", "160x120",
            "--masks", file("masks.mkv").path,
        ]
        (process.standardError, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        #expect(
            try eventually { try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.hasPrefix("masks") } }
        )
        kill(process.processIdentifier, SIGHUP)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        let isWhole = FileManager.default.fileExists(atPath: file("masks.mkv").path)
        #expect(process.terminationStatus == (isWhole ? 0 : 1))
        if option.hasPrefix("--ignore") { #expect(isWhole) }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsItWithTheFilesClosed(signal: Int32) throws {
        try SampleVideo.make(drive, frames: 3000)
        let program = try BuiltProgram([
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "160x120", "--masks", file("masks.mkv").path,
        ])
        #expect(
            try eventually { try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.hasPrefix("masks") } }
        )
        Thread.sleep(forTimeInterval: 0.3)
        let asked = Date()
        kill(program.process.processIdentifier, signal)
        let result = try program.finish()
        #expect(Date().timeIntervalSince(asked) < 5)
        #expect(result.status == 1)
        #expect(program.process.terminationReason == .exit)
        #expect(!FileManager.default.fileExists(atPath: file("masks.mkv").path))
        #expect(result.errors.contains("masks.partial.mkv"))
        let count = try #require(try SampleVideo.frameCount(file("masks.partial.mkv")))
        #expect(count > 0 && count < 3000)
    }

    @Test func aSignalEndsItWhileItWaitsForItsInput() throws {
        let pipe = Pipe()
        let program = try BuiltProgram(
            ["segment", "-", "--model", BuiltProgram.model, "--size", "64x48", "--masks", file("masks.mkv").path], input: pipe)
        Thread.sleep(forTimeInterval: 1.5)
        #expect(program.process.isRunning)
        let asked = Date()
        program.process.terminate()
        let result = try program.finish()
        #expect(Date().timeIntervalSince(asked) < 5)
        #expect(result.status == 1)
        #expect(program.process.terminationReason == .exit)
        #expect(result.errors.contains("Stopped before the end"))
        #expect(!FileManager.default.fileExists(atPath: file("masks.mkv").path))
    }

    @Test func nestedArchivesAreGoneOnWithAfterAKill() throws {
        let archive = file("card")
        for (name, frames) in [("a/front.mp4", 3), ("b/front.mp4", 120), ("b/x.dat", 30)] {
            let url = archive.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try SampleVideo.make(url, frames: frames, options: name.hasSuffix("dat") ? ["-c:v", "libx264", "-f", "mpegts"] : [])
        }
        try #require(mkfifo(archive.appendingPathComponent("a/b.mp4").path, 0o600) == 0)
        let results = file("card/masks")
        let arguments = [
            "segment", archive.path, "--model", BuiltProgram.model, "--size", "64x48", "--masks", results.path, "--report",
            file("r.json").path, "--resume",
        ]
        let first = try BuiltProgram(arguments)
        #expect(
            eventually(within: 40) {
                FileManager.default.fileExists(atPath: results.appendingPathComponent("b/front.partial.mkv").path)
            })
        kill(first.process.processIdentifier, SIGKILL)
        _ = try first.finish()
        let done = results.appendingPathComponent("a/front.mkv")
        let before = try Data(contentsOf: done)
        let date = try FileManager.default.attributesOfItem(atPath: done.path)[.modificationDate] as? Date

        let second = try BuiltProgram(arguments).finish()
        #expect(second.status == 1 && second.errors.contains("a/b.mp4 is a pipe"), "\(second.errors)")
        #expect(second.errors.contains("1 of 3 recordings are complete"))
        #expect(try FileManager.default.attributesOfItem(atPath: done.path)[.modificationDate] as? Date == date)
        #expect(try Data(contentsOf: done) == before)
        let report = try report("r.json")
        #expect((report["inputs"] as? [[String: Any]])?.compactMap { $0["frames"] as? Int } == [3, 120, 30])
        #expect((report["labels"] as? [[String: Any]])?.first?["name"] as? String == "sky")
        let left = try FileManager.default.subpathsOfDirectory(atPath: results.path).sorted()
        #expect(left == ["a", "a/front.mkv", "b", "b/front.mkv", "b/x.mkv"])
        #expect(try SampleVideo.frameCount(results.appendingPathComponent("b/front.mkv")) == 120)
    }

    @Test func aReportOnStandardOutputIsAllThatIsThere() throws {
        try SampleVideo.make(drive, frames: 2)
        let result = try BuiltProgram.run(
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "64x48", "--report", "-")
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["frames"] as? Int == 2 && report["complete"] as? Bool == true)
        #expect((report["labels"] as? [[String: Any]])?.compactMap { $0["index"] as? Int } == Array(0..<11))
        #expect(result.errors.contains("2 frames in"))
    }

    @Test func aRecordingThatDoesNotHoldWhatItPromisesIsALoss() throws {
        try SampleVideo.make(file("whole.mp4"), frames: 60, options: ["-movflags", "+faststart"])
        let bytes = try Data(contentsOf: file("whole.mp4"))
        try bytes.prefix(bytes.count * 2 / 3).write(to: drive)
        let result = try BuiltProgram.run(
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "64x48", "--report", file("report.json").path)
        #expect(result.status == 1)
        #expect(result.errors.contains("that it promises are not in it"))
        let report = try report()
        let (frames, missing) = (report["frames"] as? Int ?? 0, report["missing"] as? Int ?? 0)
        #expect(frames > 20 && missing > 10 && frames + missing >= 59, "\(frames) \(missing)")
    }
}
