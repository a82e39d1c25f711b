import Live
import RoadScenes
import Store
import Testing
import Threads

@Suite struct FrameGateTests {
    private let clock = ManualClock()

    private func gate(
        _ model: PlainModel, _ keeper: MemoryKeeper, rules: GateRules = .init(selected: 0.3, difference: 0, rare: []),
        history: LookHistory = LookHistory(), clockDoubt: ClockDoubt? = nil
    ) -> FrameGate {
        var options = FrameGate.Options(selection: .usual, rules: rules, cpu: 1, source: "test")
        options.clockDoubt = { _ in clockDoubt }
        return FrameGate(
            options, handover: GateHandover(every: .seconds(1), for: model),
            for: model, keeper: keeper, clock: clock, history: history)
    }

    /// Ten frames a second; `settle` waits after each until the gate has done with it.
    private func run(
        _ frames: Int, _ model: PlainModel, _ gate: FrameGate, settle: Bool = true, changesUntil: Int = .max,
        frozenAfter: Duration = .zero
    ) -> FramePipeline {
        let pipeline = FramePipeline(
            source: CountingSource(frames: frames, interval: .milliseconds(100), clock: clock, changesUntil: changesUntil),
            models: ModelSlot(model), lanes: [], gate: gate.handover, options: .init(pace: .live, frozenAfter: frozenAfter),
            clock: clock)
        pipeline.start()
        gate.start()
        #expect(clock.advanceToNextSleeper())
        for frame in 1...frames {
            #expect(eventually { pipeline.statistics.figures(at: .zero).frames >= frame })
            if settle {
                #expect(
                    eventually {
                        clock.advance(by: .microseconds(1))
                        return gate.handover.isFree
                    })
            }
            clock.advance(by: .milliseconds(100))
        }
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        return pipeline
    }

    private func end(_ gate: FrameGate) {
        gate.stop()
        #expect(gate.wait(until: MonotonicClock.now + .seconds(60)))
    }

    @Test(arguments: [ClockDoubt.unset, nil])
    func aFrameIsKeptWithWhatSpeaksAgainstItsTime(_ doubt: ClockDoubt?) {
        let (model, keeper) = (PlainModel(1), MemoryKeeper())
        let gate = gate(model, keeper, clockDoubt: doubt)
        _ = run(12, model, gate)
        end(gate)
        #expect(!keeper.kept.isEmpty && keeper.kept.allSatisfy { $0.clock == doubt })
    }

    @Test func aFrameEverySecondIsKeptWithItsTrustedLabels() {
        let (model, keeper) = (PlainModel(1, judge: PlainJudge(part: 0.5)), MemoryKeeper())
        let gate = gate(model, keeper)
        _ = run(35, model, gate)
        end(gate)
        #expect(gate.report(at: clock.now).decisions == ["spooled": 4, "damaged": 0, "busy": 0])
        let kept = keeper.kept
        #expect(kept.allSatisfy { $0.model == "model 1" })
        #expect(zip(kept, kept.dropFirst()).allSatisfy { (9...11).contains($1.frameNumber - $0.frameNumber) })
        #expect(kept.map { $0.before.map(Int.init) } == kept.map { $0.frameNumber == 0 ? nil : $0.frameNumber - 1 })
        #expect(kept.first?.labels == (0..<48).map { $0 < 24 ? UInt8($0 % 4) : ClassSet.void })
    }

    @Test func framesLikeThoseThatAreThereAreLeftOut() {
        let (model, keeper) = (PlainModel(1), MemoryKeeper())
        let gate = gate(model, keeper, rules: .init(selected: 0.3, difference: 0.04, rare: []))
        _ = run(25, model, gate)
        end(gate)
        #expect(gate.report(at: clock.now).decisions == ["spooled": 1, "too_similar": 2, "damaged": 0, "busy": 0])
    }

    @Test func aGateThatIsBusyMissesItsTurnAndHoldsUpNoFrame() {
        let hold = StopSignal()
        let (model, keeper) = (PlainModel(1, judge: PlainJudge(hold: hold)), MemoryKeeper())
        let gate = gate(model, keeper)
        let pipeline = run(35, model, gate, settle: false)
        #expect(pipeline.statistics.figures(at: .zero).frames == 35)
        #expect(pipeline.statistics.figures(at: .zero).dropped == 0)
        #expect(gate.report(at: clock.now).decisions["busy"] == 3)
        hold.set()
        #expect(eventually { keeper.kept.count == 1 })
        end(gate)
    }

    @Test func aWitnessLooksAtTheSameFramesAndChangesNothing() {
        let history = LookHistory()
        let (model, keeper) = (PlainModel(1, judge: PlainJudge(part: 0.5)), MemoryKeeper())
        let witness = PlainModel(2) { UInt8($0 % 2) }
        history.witness = witness
        let gate = gate(model, keeper, history: history)
        _ = run(35, model, gate)
        end(gate)
        let looks = history.looks(of: "model 1", beside: "model 2")
        #expect(looks.model.count == 4 && looks.witness.count == 4 && witness.labeled == 4)
        #expect(looks.model.allSatisfy { $0.selectedRatio == 0.5 && $0.classShares[3] == 0.25 })
        #expect(looks.witness.allSatisfy { $0.selectedRatio == 1 && $0.classShares[1] == 0.5 && $0.classShares[3] == 0 })
        #expect(keeper.kept.allSatisfy { $0.model == "model 1" && $0.labels.prefix(4) == [0, 1, 2, 3] })
    }

    @Test func aPictureThatStandsStillIsNotKept() {
        let (model, keeper) = (PlainModel(1), MemoryKeeper())
        let gate = gate(model, keeper)
        let pipeline = run(60, model, gate, changesUntil: 20, frozenAfter: .seconds(2))
        end(gate)
        // Two seconds of change, two until it counts, two of standing still.
        #expect(keeper.kept.allSatisfy { $0.frameNumber < 41 })
        #expect((1...2).contains(gate.report(at: clock.now).decisions["frozen"] ?? 0))
        #expect(pipeline.statistics.figures(at: clock.now).unchanged.map { $0 >= 3.5 } == true)
    }

    @Test func aFullDiskIsReportedUntilItIsOver() {
        let (model, keeper) = (PlainModel(1), MemoryKeeper())
        let gate = gate(model, keeper)
        keeper.fail(StoreError("No space left on device."))
        _ = run(15, model, gate)
        #expect(keeper.attempts == 2)
        #expect(gate.report(at: clock.now).problem == "No space left on device.")
        #expect(gate.report(at: clock.now).decisions == ["failed": 2, "damaged": 0, "busy": 0])
        end(gate)
        keeper.fail(nil)
        let later = self.gate(model, keeper)
        _ = run(5, model, later)
        end(later)
        #expect(later.report(at: clock.now).problem == nil && keeper.kept.count == 1)
    }

    @Test func theShareOfTheProcessorSetsTheRest() {
        #expect(ProcessorTime.span(of: .milliseconds(40), share: 0.25) == .milliseconds(160))
        let before = ProcessorTime.ofThread
        let end = MonotonicClock.now + .milliseconds(20)
        while MonotonicClock.now < end {}
        #expect(ProcessorTime.ofThread > before)
    }
}
