import Foundation
import Live
import TestSupport
import Testing

/// Sidecars as a person asks for them.
@Suite final class SidecarCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    init() throws {
        try SampleVideo.make(file("drive.mp4"), frames: 12, options: ["-metadata", "creation_time=2026-03-04T05:06:07Z"])
    }

    private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    private func lines(_ name: String) throws -> [SidecarLine] {
        try String(contentsOf: file(name), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(SidecarLine.self, from: Data($0.utf8))
        }
    }

    private func segment(_ arguments: [String]) throws -> BuiltProgram.Result {
        try BuiltProgram(["segment", file("drive.mp4").path, "--model", BuiltProgram.model, "--size", "96x64"] + arguments)
            .finish()
    }

    @Test func everyOutputOfARecordingHasOne() throws {
        let result = try segment([
            "-o", file("o.mp4").path, "--confidence", file("c.mkv").path, "--masks", folder.path + "/m/", "--sidecar", "--every",
            "2",
            "--report", file("r.json").path,
        ])
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output.contains("sidecar of 6 lines, 0 with a position, 2026-03-04T05:06:07.000Z to 2026-03-04T05:06:08.000Z"))
        let lines = try lines("o.mp4.jsonl")
        #expect(lines.map(\.frame) == [0, 2, 4, 6, 8, 10])
        #expect(lines.map(\.time) == [0, 0.2, 0.4, 0.6, 0.8, 1])
        #expect(lines.allSatisfy { $0.clock == .unsynchronized && abs($0.classes.values.reduce(0, +) - 1) < 1e-3 })
        #expect(lines.allSatisfy { (0.01...1).contains($0.confidence ?? 0) })
        #expect(try self.lines("c.mkv.jsonl") == lines)
        #expect(try self.lines("m.jsonl") == lines)
        let report = try JSONDecoder().decode(SegmentReport.self, from: Data(contentsOf: file("r.json")))
        #expect(report.sidecar?.frames == 6 && report.sidecar?.located == 0 && report.outputs.sidecar == true)

        // What is whole stays; what lacks its sidecar is done again.
        let again = try segment([
            "-o", file("o.mp4").path, "--confidence", file("c.mkv").path, "--masks", folder.path + "/m/", "--sidecar", "--every",
            "2",
            "--report", file("r.json").path, "--resume",
        ])
        #expect(again.errors.contains("1 of 1 recordings are complete"), "\(again)")
        try FileManager.default.removeItem(at: file("c.mkv.jsonl"))
        _ = try segment([
            "-o", file("o.mp4").path, "--confidence", file("c.mkv").path, "--masks", folder.path + "/m/", "--sidecar", "--every",
            "2",
            "--report", file("r.json").path, "--resume",
        ])
        #expect(try self.lines("c.mkv.jsonl") == lines)
    }

    @Test func withoutTheOptionNothingChanges() throws {
        #expect(try segment(["-o", file("o.mp4").path, "--report", file("r.json").path]).status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["drive.mp4", "o.mp4", "r.json"])
        #expect(try !String(contentsOf: file("r.json"), encoding: .utf8).contains("sidecar"))
        let alone = try segment(["--sidecar", "--report", file("r.json").path])
        #expect(alone.status == 2 && alone.errors.contains("--sidecar writes beside an output"), "\(alone)")
    }

    @Test func theDaemonWritesThemToo() throws {
        let text = """
            source: {location: drive.mp4}
            model: \(BuiltProgram.model)
            size: 96x64
            fps: 20
            threads: 1
            status: {socket: none}
            outputs: [{kind: masks, file: masks.mkv, sidecar: true}, {kind: picture, file: now.jpg}]

            """
        try Data(text.utf8).write(to: file("camber.yaml"))
        let before = Date()
        let result = try BuiltProgram.run("run", "--config", file("camber.yaml").path)
        #expect(result.status == 0, "\(result)")
        let lines = try lines("masks.mkv.jsonl")
        #expect(try SampleVideo.frameCount(file("masks.mkv")) == lines.count && !lines.isEmpty)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let times = try lines.map { try style.parse(try #require($0.utc)) }
        #expect(times.allSatisfy { $0 >= before - 1 && $0 <= Date() } && times == times.sorted())
        #expect(!FileManager.default.fileExists(atPath: file("now.jpg.jsonl").path))
        let wrong = text.replacingOccurrences(of: "file: now.jpg", with: "file: now.jpg, sidecar: true")
        try Data(wrong.utf8).write(to: file("camber.yaml"))
        let refused = try BuiltProgram.run("run", "--config", file("camber.yaml").path)
        #expect(refused.status == 2 && refused.errors.contains("'sidecar' tells of the frames of a recording"), "\(refused)")
    }
}
