import Foundation
import Live
import RoadScenes
import TestSupport
import Testing
import Threads

@Suite struct PictureOutputTests {
    /// To a file in memory, as a card bears no new picture every second.
    @Test func aLinkStaysAndWhatItLeadsToIsReplaced() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.file("run"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.file("live.png"), withDestinationPath: "run/front.png")
        let path = folder.file("live.png")
        for _ in 0..<2 {
            let lane = OutputLane("picture", needsPicture: true, policy: .wait) { slot in
                PictureOutput(path, every: .seconds(1), classes: .camvid, first: slot)
            }
            let pipeline = FramePipeline(
                source: CountingSource(frames: 1), models: ModelSlot(ClockedSegmenter()), lanes: [lane],
                options: .init(pace: .unpaced))
            pipeline.start()
            #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
            #expect(lane.report().written == 1, "\(lane.report())")
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "run/front.png")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("run")) == ["front.png"])
    }

    @Test func onlyWhatIsWrittenCounts() {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("camber-\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lane = OutputLane("picture", needsPicture: true, policy: .wait) { slot in
            PictureOutput(path, every: .seconds(3600), classes: .camvid, first: slot)
        }
        let pipeline = FramePipeline(
            source: CountingSource(frames: 20), models: ModelSlot(ClockedSegmenter()), lanes: [lane],
            options: .init(pace: .unpaced))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        #expect(lane.report().written == 1 && lane.report().dropped == 0)
        #expect(FileManager.default.fileExists(atPath: path))
    }
}
