import Live
import Testing
import Threads

@Suite struct FramePipelineTests {
    private let limit = Duration.seconds(60)

    @Test func everyFrameOfARecordingArrivesInOrder() {
        let output = CollectingOutput()
        let pipeline = FramePipeline(
            source: CountingSource(frames: 100), models: ModelSlot(ClockedSegmenter()), lanes: [output.lane(.wait)],
            options: .init(pace: .unpaced, readAhead: 2))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(output.indices == Array(0..<100))
        #expect(output.isClosed)
        #expect(pipeline.failure == nil)
    }

    /// An archive has thousands of recordings, each with an open file and its pictures.
    @Test func aRecordingThatIsDoneIsLetGo() {
        // Safe to send: the lane's thread writes it, the test reads it when that has ended.
        final class SlotWatch: FrameOutput, @unchecked Sendable {
            weak var slot: FrameSlot?
            var frames = 0
            func write(_ slot: FrameSlot) {
                self.slot = slot
                frames += 1
            }
            func close() {}
        }
        let (models, watch) = (ModelSlot(ClockedSegmenter()), SlotWatch())
        weak var source: CountingSource?
        do {
            let opened = CountingSource(frames: 5)
            source = opened
            let lane = OutputLane("test", needsPicture: false, policy: .wait) { _ in watch }
            let pipeline = FramePipeline(
                source: opened, models: models, lanes: [lane], options: .init(pace: .unpaced, readAhead: 2))
            pipeline.start()
            #expect(pipeline.wait(until: MonotonicClock.now + limit))
            #expect(watch.frames == 5)
        }
        #expect(eventually { source == nil && watch.slot == nil })
    }

    @Test func onlySelectedFramesAreLabeled() {
        let (output, segmenter) = (CollectingOutput(), ClockedSegmenter())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 100), models: ModelSlot(segmenter), lanes: [output.lane(.wait)],
            options: .init(pace: .unpaced, selection: FrameSelection(stride: 5, range: 12..<31)))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(output.indices == [15, 20, 25, 30])
        #expect(segmenter.frames == [15, 20, 25, 30])
    }

    @Test func framesBeforeAnErrorAreKept() {
        let output = CollectingOutput()
        let pipeline = FramePipeline(
            source: CountingSource(frames: 3, failure: LiveError("broken")), models: ModelSlot(ClockedSegmenter()),
            lanes: [output.lane(.wait)], options: .init(pace: .unpaced))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(output.indices == [0, 1, 2])
        #expect(pipeline.failure?.problem == "broken")
    }

    @Test func aSlowOutputHoldsUpARecordingInsteadOfLosingFrames() {
        let output = CollectingOutput(waitsForGate: true)
        let segmenter = ClockedSegmenter()
        let pipeline = FramePipeline(
            source: CountingSource(frames: 50), models: ModelSlot(segmenter), lanes: [output.lane(.wait)],
            options: .init(pace: .unpaced))
        pipeline.start()
        #expect(eventually { segmenter.frames.count >= 3 })
        #expect(!pipeline.wait(until: MonotonicClock.now + .milliseconds(50)))
        #expect(segmenter.frames.count <= 4)
        output.gate.set()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(output.indices == Array(0..<50))
    }

    @Test func aSlowOutputOfTheDaemonLosesItsOwnFramesOnly() {
        let (slow, quick) = (CollectingOutput(waitsForGate: true), CollectingOutput())
        let slowLane = slow.lane(.drop)
        let clock = ManualClock()
        let pipeline = FramePipeline(
            source: CountingSource(frames: 40, interval: .milliseconds(100), clock: clock), models: ModelSlot(ClockedSegmenter()),
            lanes: [slowLane, quick.lane(.drop)], options: .init(pace: .live), clock: clock)
        pipeline.start()
        for frame in 1...40 {
            #expect(clock.advanceToNextSleeper())
            #expect(eventually { quick.indices.count == frame })
        }
        slow.gate.set()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(quick.indices == Array(0..<40))
        #expect(slow.indices.count == 2)
        #expect(slowLane.report().dropped == 38)
        #expect(pipeline.statistics.figures(at: clock.now).dropped == 0)
    }

    @Test func recordingsAreDeliveredAtTheTargetRate() {
        let (clock, output) = (ManualClock(), CollectingOutput())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 100), models: ModelSlot(ClockedSegmenter()), lanes: [output.lane(.wait)],
            options: .init(pace: .everyFrame), rate: 20, clock: clock)
        pipeline.start()
        for frame in 1..<100 {
            #expect(eventually { output.indices.count == frame })
            #expect(clock.advanceToNextSleeper())
        }
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(output.indices == Array(0..<100))
        #expect(abs(pipeline.statistics.figures(at: clock.now).deliveredRate - 20) < 0.01)
    }

    @Test func anOverloadedLoopDeliversFreshFramesAndCountsTheRest() {
        // Frames every 10 ms, 35 ms of work each.
        let (clock, output) = (ManualClock(), CollectingOutput())
        let segmenter = ClockedSegmenter(duration: .milliseconds(35), clock: clock)
        let pipeline = FramePipeline(
            source: CountingSource(frames: 200, interval: .milliseconds(10), clock: clock), models: ModelSlot(segmenter),
            lanes: [output.lane(.drop)], options: .init(pace: .live), clock: clock)
        pipeline.start()
        // Time stands still while anybody works: the camera, the segmenter, and whoever takes what it has labeled.
        #expect(
            eventually {
                let (alarms, arrived) = (clock.alarms, pipeline.statistics.figures(at: .zero).arrived)
                let areAllAsleep = alarms.count == (arrived == 0 || arrived == 200 ? 1 : 2)
                if areAllAsleep, output.indices.count == segmenter.frames.count { clock.advance(by: alarms.min()! - clock.now) }
                return pipeline.wait(until: MonotonicClock.now)
            })
        let figures = pipeline.statistics.figures(at: clock.now)
        #expect(figures.frames + figures.dropped == 200)
        #expect(figures.dropsByReason["late"] == figures.dropped)
        #expect(figures.dropped > 100)
        #expect(output.ages.allSatisfy { $0 <= .milliseconds(70) })
        #expect(output.indices == output.indices.sorted())
    }

    @Test func aCameraFasterThanTheTargetIsThinnedToIt() {
        let (clock, output) = (ManualClock(), CollectingOutput())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 300, interval: .seconds(1) / 30, clock: clock), models: ModelSlot(ClockedSegmenter()),
            lanes: [output.lane(.drop)], options: .init(pace: .live), rate: 10, clock: clock)
        pipeline.start()
        for arrived in 1...300 {
            #expect(clock.advanceToNextSleeper())
            #expect(eventually { pipeline.statistics.figures(at: .zero).arrived == arrived })
        }
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        let figures = pipeline.statistics.figures(at: clock.now)
        #expect((99...101).contains(figures.frames + (figures.dropsByReason["late"] ?? 0)))
        #expect(figures.frames + figures.dropped == 300)
    }

    @Test func aRecordingPlaysTheCameraByItsTimestamps() {
        let (clock, output) = (ManualClock(), CollectingOutput())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 30, rate: 10), models: ModelSlot(ClockedSegmenter()), lanes: [output.lane(.drop)],
            options: .init(pace: .source), clock: clock)
        pipeline.start()
        for frame in 1..<30 {
            #expect(eventually { output.indices.count == frame })
            #expect(clock.advanceToNextSleeper())
        }
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
        #expect(abs(clock.now.inSeconds - 2.9) < 1e-6)
    }

    @Test func theTargetRateCanChangeWhileItRuns() {
        let (clock, output) = (ManualClock(), CollectingOutput())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 60), models: ModelSlot(ClockedSegmenter()), lanes: [output.lane(.wait)],
            options: .init(pace: .everyFrame), rate: 10, clock: clock)
        pipeline.start()
        #expect(eventually { output.indices.count == 1 })
        #expect(clock.advanceToNextSleeper())
        #expect(eventually { output.indices.count == 2 })
        pipeline.setRate(100)
        var times: [Duration] = []
        while !pipeline.wait(until: MonotonicClock.now + .milliseconds(1)) {
            let before = output.indices.count
            if clock.advanceToNextSleeper() { times.append(clock.now) }
            _ = eventually { output.indices.count > before || pipeline.wait(until: .zero) }
        }
        #expect(pipeline.rate == 100)
        pipeline.setRate(3)
        #expect(pipeline.rate == 3, "no rounded period's")
        #expect(output.indices.count == 60)
        #expect(clock.now < .seconds(1))
    }

    @Test func stoppingEndsALiveLoopAndClosesItsOutputs() {
        let output = CollectingOutput()
        let pipeline = FramePipeline(
            source: CountingSource(frames: .max, interval: .milliseconds(1)), models: ModelSlot(ClockedSegmenter()),
            lanes: [output.lane(.drop)], options: .init(pace: .live))
        pipeline.start()
        #expect(eventually { output.indices.count > 5 })
        #expect(pipeline.finish(within: .seconds(5)).isEmpty)
        #expect(output.isClosed)
    }

    @Test func stoppingLeavesAHangingOutputBehindInTime() {
        let (output, segmenter) = (CollectingOutput(waitsForGate: true), ClockedSegmenter())
        let pipeline = FramePipeline(
            source: CountingSource(frames: 50), models: ModelSlot(segmenter), lanes: [output.lane(.wait)],
            options: .init(pace: .unpaced))
        pipeline.start()
        #expect(eventually { segmenter.frames.count >= 3 })
        let start = MonotonicClock.now
        #expect(pipeline.finish(within: .milliseconds(600)) == ["test"])
        #expect(MonotonicClock.now - start < .seconds(2))
        output.gate.set()
        #expect(pipeline.wait(until: MonotonicClock.now + limit))
    }

    @Test func anOutputThatFailsEndsARecordingButNotTheDaemon() {
        let broken = CollectingOutput(failure: LiveError("disk full"))
        let recording = FramePipeline(
            source: CountingSource(frames: 1000), models: ModelSlot(ClockedSegmenter()), lanes: [broken.lane(.wait)],
            options: .init(pace: .unpaced))
        recording.start()
        #expect(recording.wait(until: MonotonicClock.now + limit))
        #expect(recording.failure?.problem == "disk full")

        let (lane, good) = (broken.lane(.drop), CollectingOutput())
        let daemon = FramePipeline(
            source: CountingSource(frames: .max, interval: .milliseconds(2)), models: ModelSlot(ClockedSegmenter()),
            lanes: [lane, good.lane(.drop)], options: .init(pace: .live))
        daemon.start()
        #expect(eventually { good.indices.count > 10 })
        #expect(daemon.finish(within: .seconds(5)).isEmpty)
        #expect(daemon.failure == nil)
        #expect(lane.report().state == .failed)
        #expect(lane.report().problem == "disk full")
    }

    @Test func aNewModelTakesOverBetweenTwoFrames() {
        let (first, second) = (ClockedSegmenter(), ClockedSegmenter())
        let output = CollectingOutput()
        let models = ModelSlot(first)
        let pipeline = FramePipeline(
            source: CountingSource(frames: .max, interval: .milliseconds(1)), models: models, lanes: [output.lane(.drop)],
            options: .init(pace: .live))
        pipeline.start()
        #expect(eventually { first.frames.count > 3 })
        models.offer(second)
        #expect(eventually { second.frames.count > 3 })
        #expect(pipeline.finish(within: .seconds(5)).isEmpty)
        #expect(models.swaps == 1)
        #expect(first.frames.last! < second.frames.first!)
    }

    @Test func theInferenceThreadGivesSignsOfLifeWithoutFrames() {
        let clock = ManualClock()
        let beats = BeatCounter()
        let pipeline = FramePipeline(
            source: CountingSource(frames: 1, interval: .seconds(1), clock: clock), models: ModelSlot(ClockedSegmenter()),
            lanes: [],
            options: .init(pace: .live), clock: clock, heartbeat: { beats.add() })
        pipeline.start()
        #expect(eventually { beats.count >= 2 })
        #expect(pipeline.finish(within: .seconds(5)).isEmpty)
    }
}
