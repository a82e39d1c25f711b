import Configuration
import Foundation
import Live
import RoadScenes
import Store
import Testing
import Threads
import Video

/// Damage and odd times on their way through the loop.
@Suite struct DamagedFrameTests {
    private func pipeline(_ source: StampedSource, _ lanes: [OutputLane], pace: Pace = .unpaced) -> FramePipeline {
        FramePipeline(source: source, models: ModelSlot(ClockedSegmenter()), lanes: lanes, options: .init(pace: pace))
    }

    private func run(_ pipeline: FramePipeline) {
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(30)))
    }

    @Test func outputsAndTheReportCountThem() throws {
        let shares = ClassShareOutput(names: ClassSet.camvid.names, keepsFrames: true)
        let lane = OutputLane("report", needsPicture: false, policy: .wait) { _ in shares }
        run(pipeline(StampedSource((0..<6).map { .init(ticks: Int64($0), isDamaged: $0 % 3 == 2) }), [lane]))
        #expect(lane.report().written == 6 && lane.report().damaged == 2)
        #expect(shares.frames.map { $0.damaged ?? false } == [false, false, true, false, false, true])
    }

    @Test func theGateLeavesTheirTurnToTheNextWholeOne() {
        let (clock, model, keeper) = (ManualClock(), PlainModel(1), MemoryKeeper())
        let gate = FrameGate(
            .init(selection: .usual, rules: .init(selected: 0.3, difference: 0, rare: []), cpu: 1, source: "test"),
            handover: GateHandover(every: .seconds(1), for: model), for: model, keeper: keeper, clock: clock)
        let pipeline = FramePipeline(
            source: StampedSource((0..<4).map { .init(ticks: Int64($0), isDamaged: $0 < 3) }), models: ModelSlot(model),
            lanes: [],
            gate: gate.handover, options: .init(pace: .unpaced), clock: clock)
        gate.start()
        run(pipeline)
        #expect(eventually { keeper.kept.count == 1 })
        gate.stop()
        #expect(gate.wait(until: MonotonicClock.now + .seconds(30)))
        #expect(keeper.kept.map(\.frameNumber) == [3])
        #expect(gate.report(at: clock.now).decisions == ["spooled": 1, "damaged": 1, "busy": 0])
    }

    @Test(arguments: [Pace.live, .source, .unpaced])
    func timesBeyondAllClocksMakeAVideo(pace: Pace) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("camber-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.mp4").path
        let lane = OutputLane("overlay", needsPicture: true, policy: .wait) { slot throws(LiveError) in
            try OverlayOutput(path, classes: .camvid, first: slot, showsStatus: true, isLive: true)
        }
        let ticks: [Int64] = [1 << 60, 1 << 60 + 1, .max, .min, .max - 1, 5]
        let pipeline = pipeline(StampedSource(ticks.map { .init(ticks: $0) }), [lane], pace: pace)
        run(pipeline)
        #expect(pipeline.failure == nil && lane.report().problem == nil)
        #expect(lane.report().written > 0)
        #expect(try VideoSource(path).info.width == 64)
    }

    @Test func durationsFromOutsideAreBounded() {
        #expect(Duration.seconds(nearest: .nan) == .zero)
        #expect(Duration.seconds(nearest: 1e300) > .seconds(1e12) && Duration.seconds(nearest: -.infinity) < .seconds(-1e12))
        #expect(Duration.seconds(nearest: 1.5) == .milliseconds(1500))
        #expect(ProcessorTime.span(of: .milliseconds(40), share: 0) > .seconds(1e12))
    }

    @Test(arguments: [1e-300, .leastNonzeroMagnitude, 1e-12])
    func aTinyRateIsNoTrap(rate: Double) {
        let pipeline = pipeline(StampedSource([.init(ticks: 0)]), [])
        pipeline.setRate(rate)
        #expect(pipeline.rate.map { $0 > 0 && $0 < 1e-6 } == true)
    }
}
