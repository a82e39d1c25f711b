import Configuration
import Foundation
import Live
import Status
import Store
import TestSupport
import Testing
import Threads

/// A line beside every output for each of its frames.
@Suite final class SidecarTests: Sendable {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }

    private func lines(_ name: String) throws -> [SidecarLine] {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(SidecarLine.self, from: Data($0.utf8))
        }
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    private func run(
        _ output: Configuration.Output, frames: Int = 12, circumstances: (@Sendable (FrameStamp) -> FrameCircumstances)? = nil
    ) -> OutputLane {
        let lane = OutputLane.make(output, number: 1, classes: .camvid)
        var options = FramePipeline.Options(pace: .everyFrame)
        options.circumstances = circumstances
        let clock = ManualClock()
        let pipeline = FramePipeline(
            source: CountingSource(frames: frames), models: ModelSlot(ClockedSegmenter()), lanes: [lane], options: options,
            rate: 10, clock: clock)
        pipeline.start()
        // A frame at a time, so that the output misses none.
        while !pipeline.wait(until: MonotonicClock.now + .milliseconds(30)) { clock.advance(by: .milliseconds(100)) }
        return lane
    }

    @Test func everyFrameOfTheOutputHasItsLine() throws {
        let position = try #require(GeoPosition(latitude: 48.1, longitude: 11.5, altitude: .nan, speed: 13.9, course: 360))
        let output = Configuration.Output(
            kind: .masks, file: folder + "/front.mkv", segment: nil, every: .seconds(1), sidecar: true)
        let lane = run(output) { stamp in
            FrameCircumstances(
                time: FrameTime(1_800_000_000 + stamp.time.seconds, doubt: stamp.index < 6 ? .unsynchronized : nil),
                position: stamp.index == 3 ? nil : position)
        }
        #expect(lane.report().problem == nil)
        #expect(try names() == ["front.mkv", "front.mkv.jsonl"])
        let lines = try lines("front.mkv.jsonl")
        #expect(lines.count == lane.report().written && lines.count >= 10)
        for line in lines {
            #expect(line.time == Double(line.frame) / 10 && line.classes.values.reduce(0, +) == 1)
            #expect(line.clock == (line.frame < 6 ? .unsynchronized : nil))
            #expect(line.position == (line.frame == 3 ? nil : position) && line.damaged == nil && line.unfamiliar == nil)
        }
        for line in lines { #expect(line.utc == String(format: "2027-01-15T08:00:%02d.%d00Z", line.frame / 10, line.frame % 10)) }
        #expect(position.course == 0 && position.altitude == nil)
    }

    @Test func withoutTheKeyNothingIsThere() throws {
        let output = Configuration.Output(kind: .masks, file: folder + "/front.mkv", segment: nil, every: .seconds(1))
        _ = run(output, frames: 3)
        #expect(try names() == ["front.mkv"])
    }

    @Test func foldersOfPicturesHaveTheirsBesideThem() throws {
        let output = Configuration.Output(
            kind: .masks, file: folder + "/masks/", segment: nil, every: .seconds(1), sidecar: true)
        _ = run(output, frames: 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/masks").sorted()
        #expect(names.count == 2 && names[1] == names[0] + ".jsonl", "\(names)")
        let lines = try lines("masks/" + names[1])
        #expect(!lines.isEmpty && lines.allSatisfy { $0.utc == nil && $0.clock == nil && $0.position == nil })
    }

    @Test func whatAPowerCutHasLeftGetsItsName() throws {
        let line = "{\"frame\":0,\"time\":0,\"classes\":{}}\n"
        for name in ["front-20200101-101010.mkv.partial.jsonl", "front-20200101-111111.mkv.partial-2.jsonl"] {
            try Data(line.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        try Data(line.utf8).write(to: URL(fileURLWithPath: "\(folder)/rear-20200101-101010.mkv.partial.jsonl"))
        let output = Configuration.Output(
            kind: .masks, file: folder + "/front.mkv", segment: .seconds(3600), every: .seconds(1), sidecar: true)
        _ = run(output, frames: 2)
        let left = try names()
        #expect(left.contains("front-20200101-101010.mkv.jsonl") && left.contains("front-20200101-111111.mkv.jsonl"))
        #expect(left.contains("rear-20200101-101010.mkv.partial.jsonl"))
    }

    @Test func aRecordingThatGoesTakesItsSidecarWithIt() throws {
        for name in ["front-20200101-101010.mkv", "front-20200101-101010.mkv.jsonl", "front-20200102-101010.mkv.jsonl"] {
            try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let output = Configuration.Output(
            kind: .masks, file: folder + "/front.mkv", segment: .seconds(3600), every: .seconds(1),
            limits: .init(age: .seconds(3600)), sidecar: true)
        let old = [timespec(tv_sec: 1_600_000_000, tv_nsec: 0), timespec(tv_sec: 1_600_000_000, tv_nsec: 0)]
        utimensat(AT_FDCWD, folder + "/front-20200101-101010.mkv", old, 0)
        _ = run(output, frames: 2)
        let left = try names()
        #expect(!left.contains { $0.hasPrefix("front-20200101") } && left.contains("front-20200102-101010.mkv.jsonl"), "\(left)")
    }
}
