import Configuration
import Live
import Status
import Testing
import Threads

/// Sends three frames through an output as a configuration names it.
func reportOfThreeFrames(through output: Configuration.Output) -> OutputReport {
    let lane = OutputLane.make(output, number: 1, classes: .camvid)
    let pipeline = FramePipeline(
        source: CountingSource(frames: 3), models: ModelSlot(ClockedSegmenter()), lanes: [lane], options: .init(pace: .unpaced))
    pipeline.start()
    #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
    return lane.report()
}
