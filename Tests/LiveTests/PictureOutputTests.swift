import Foundation
import Live
import RoadScenes
import Testing
import Threads

@Suite struct PictureOutputTests {
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
