import Live
import Logging
import RoadScenes
import Synchronization
import Testing
import Threads

@Suite struct ModelWatcherTests {
    private let limit = Duration.seconds(60)

    /// A loop at a thousand frames a second with a watcher that the test polls.
    private final class Loop: Sendable {
        let output = CollectingOutput()
        let history = LookHistory()
        let clock = ManualClock()
        let models: ListedModels
        let pipeline: FramePipeline
        let watcher: ModelWatcher
        private let sink = LineSink()

        /// - Parameter changesUntil: from this frame on the picture is frozen; nil looks at none.
        init(_ first: PlainModel = PlainModel(1), _ models: ListedModels = ListedModels(1), changesUntil: Int? = nil) {
            self.models = models
            pipeline = FramePipeline(
                source: CountingSource(frames: .max, changesUntil: changesUntil ?? .max), models: ModelSlot(first),
                lanes: [output.lane(.wait)],
                options: .init(pace: .everyFrame, frozenAfter: changesUntil == nil ? .zero : .milliseconds(1)), rate: 1000)
            let log = ServiceLog(level: .debug, isJournal: false, write: { [sink] in sink.add($0) })
            watcher = ModelWatcher(
                pipeline, source: models, history: history, probation: .seconds(600), clock: clock, logger: log.logger())
            pipeline.start()
        }

        var log: [String] { sink.lines }

        /// One round, and until the loop has taken what was offered.
        func poll() {
            watcher.poll()
            #expect(eventually { !self.pipeline.models.isPending })
        }

        /// Time passes, and frames come in it.
        func pass(seconds: Int) {
            for start in stride(from: 0, to: seconds, by: 10) {
                let frames = { self.pipeline.statistics.figures(at: .zero).frames }
                let before = frames()
                #expect(eventually { frames() > before })
                clock.advance(by: .seconds(min(10, seconds - start)))
                poll()
            }
        }

        /// Looks at frames that `number` labeled, and `witness` too, which sees what models see on a clear day.
        func look(
            _ number: Int, beside witness: Int? = 1, times: Int, shares: [Double] = Loop.clear, selected: Double = 0.6,
            witnessShares: [Double] = Loop.clear, witnessSelected: Double = 0.6
        ) {
            for _ in 0..<times {
                history.add(
                    Self.look(number, shares, selected), witness: witness.map { Self.look($0, witnessShares, witnessSelected) })
            }
        }

        static let clear = [0.4, 0.3, 0.2, 0.1]

        private static func look(_ number: Int, _ shares: [Double], _ selected: Double) -> GateLook {
            GateLook(
                model: "model \(number)", selectedRatio: selected, meanConfidence: 0.8, classShares: shares,
                selectedShares: shares)
        }

        /// As a daemon ends: how far a probation is, is kept.
        func end() {
            pipeline.stop()
            #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
            watcher.stop()
            watcher.start()
            #expect(watcher.wait(until: MonotonicClock.now + .seconds(60)))
        }
    }

    @Test func aThousandSwapsLoseNoFrameAndLeaveNoModelBehind() {
        let made = Mutex<[Weak]>([])
        let models = ListedModels(1) { number in
            let model = PlainModel(number)
            made.withLock { $0.append(Weak(model)) }
            return model
        }
        let loop = Loop(PlainModel(1), models)
        for number in 2...1001 {
            models.promote(number)
            loop.poll()
        }
        loop.watcher.poll()
        loop.end()
        #expect(loop.pipeline.models.swaps == 1000)
        #expect(loop.pipeline.models.current.model.number == 1001)
        #expect(loop.output.indices == Array(0..<loop.output.indices.count))
        #expect(made.withLock { $0.count { $0.model != nil } } <= 1)
        #expect(loop.history.witness?.model.number == 1000, "the only other one")
    }

    @Test func aModelThatCannotBeLoadedIsSaidOnceAndTriedAgain() {
        let loop = Loop()
        loop.models.fail(LiveError("Cannot use 2: the file is truncated."))
        loop.models.promote(2)
        for _ in 0..<5 { loop.poll() }
        #expect(loop.models.loads == 1)
        for _ in 0..<3 {
            loop.clock.advance(by: ModelWatcher.retryAfter)
            loop.poll()
        }
        #expect(loop.models.loads == 4)
        #expect(loop.log.count { $0.contains("truncated") } == 1)
        #expect(loop.watcher.report().problem?.contains("truncated") == true)
        #expect(loop.pipeline.models.current.model.number == 1)
        loop.models.fail(nil)
        loop.watcher.wake()
        loop.poll()
        #expect(loop.pipeline.models.current.model.number == 2)
        #expect(loop.watcher.report().problem == nil)
        #expect(loop.models.rollbacks.isEmpty)
        loop.end()
    }

    @Test(arguments: [
        ("classes", "other classes"), ("size", "pixels"), ("numbers", "no numbers"), ("confidence", "confidence is no number"),
        ("collapsed", "one class"), ("different", "agrees"), ("untrained", "not trained"),
    ])
    func aModelThatCannotBeRightIsRefusedAndTakenBack(kind: String, reason: String) {
        let loop = Loop(
            PlainModel(1),
            ListedModels(1) { number in
                switch kind {
                case "classes": PlainModel(number, classes: .cityscapes)
                case "size": PlainModel(number, width: 16)
                case "numbers": PlainModel(number, probability: .nan)
                case "confidence": PlainModel(number, judge: PlainJudge(isFinite: false))
                case "collapsed": PlainModel(number) { _ in 0 }
                case "different": PlainModel(number) { UInt8(4 + $0 % 4) }
                default: PlainModel(number, judge: nil)
                }
            })
        loop.models.promote(2)
        for _ in 0..<3 { loop.poll() }
        loop.end()
        #expect(loop.pipeline.models.swaps == 0)
        #expect(loop.models.loads == 1)
        #expect(loop.models.rollbacks.map(\.number) == [2])
        #expect(loop.models.rollbacks.first?.reason.contains(reason) == true, "\(loop.models.rollbacks)")
        #expect(loop.watcher.report().rollbacks == 1)
    }

    @Test func aModelWithOtherColoursIsTaken() {
        let colored = ClassSet(PlainModel(1).classes.names.map { ClassSet.Member($0, 9, 8, 7) })
        let loop = Loop(PlainModel(1), ListedModels(1) { PlainModel($0, classes: colored) })
        loop.models.promote(2)
        for _ in 0..<3 { loop.poll() }
        loop.end()
        #expect(loop.models.rollbacks.isEmpty && loop.pipeline.models.current.model.number == 2)
    }

    @Test func aModelThatGetsWorseInTheLoopIsTakenOutAgain() {
        let loop = Loop()
        loop.look(1, beside: nil, times: 6)
        loop.models.promote(2)
        loop.poll()
        #expect(loop.watcher.report().probation?.model == 2)
        loop.look(2, times: 5, shares: [0.7, 0.3, 0, 0])
        loop.poll()
        #expect(loop.pipeline.models.current.model.number == 2)
        loop.look(2, times: 1, shares: [0.7, 0.3, 0, 0])
        loop.poll()
        loop.poll()
        #expect(loop.models.rollbacks.map(\.number) == [2])
        #expect(loop.models.rollbacks.first?.reason.contains("no longer sees pole") == true)
        #expect(loop.pipeline.models.current.model.number == 1)
        // The one that was there before needs no trial.
        #expect(loop.watcher.report().probation == nil && loop.history.witness == nil)
        loop.end()
        #expect(loop.output.indices == Array(0..<loop.output.indices.count))
    }

    @Test func theModelBeforeComesBackHoweverLittleTheWorseOneAgreesWithIt() {
        let isNight = Mutex(false)
        let loop = Loop(
            PlainModel(1),
            ListedModels(1) { number in
                PlainModel(number) { pixel in number == 2 && isNight.withLock { $0 } ? 9 : UInt8(pixel % 4) }
            })
        loop.look(1, beside: nil, times: 6)
        loop.models.promote(2)
        loop.poll()
        #expect(loop.pipeline.models.current.model.number == 2)
        isNight.withLock { $0 = true }
        loop.look(2, times: 6, shares: [0, 0, 0, 0])
        for _ in 0..<3 { loop.poll() }
        #expect(loop.models.rollbacks.map(\.number) == [2], "the one before is not refused for it: \(loop.models.rollbacks)")
        #expect(loop.pipeline.models.current.model.number == 1)
        #expect(loop.watcher.report().probation == nil && loop.watcher.report().problem == nil)
        loop.end()
    }

    @Test func whatAPersonGoesBackToIsNeitherRefusedNorOnTrial() {
        let loop = Loop(PlainModel(2) { UInt8(4 + $0 % 4) })
        loop.models.promote(2)
        loop.poll()
        loop.models.rollBack(2, reason: "by a person")
        for _ in 0..<3 { loop.poll() }
        #expect(loop.models.rollbacks.map(\.number) == [2], "model 1 is not refused for what 2 sees: \(loop.models.rollbacks)")
        #expect(loop.pipeline.models.current.model.number == 1 && loop.watcher.report().probation == nil)
        loop.end()
    }

    @Test func aSceneThatIsHardForBothIsNoReasonToGo() {
        let loop = Loop()
        loop.look(1, beside: nil, times: 48)
        loop.models.promote(2)
        loop.poll()
        #expect(loop.history.witness?.model.number == 1)
        // A tunnel, then the night behind a dirty lens: nothing as it was before the change of models.
        for shares in [[0.97, 0.02, 0.01, 0], [0.9, 0.1, 0, 0], [1, 0, 0, 0]] {
            loop.look(2, times: 12, shares: shares, selected: 0.02, witnessShares: shares, witnessSelected: 0.02)
            loop.poll()
        }
        #expect(loop.watcher.report().probation?.looks == 36)
        #expect(loop.models.rollbacks.isEmpty && loop.pipeline.models.current.model.number == 2)
        // Worse than the one before is worse in the dark too.
        loop.look(2, times: 6, shares: [1, 0, 0, 0], witnessShares: [0.8, 0.15, 0.05, 0])
        loop.poll()
        #expect(loop.models.rollbacks.map(\.number) == [2])
        loop.end()
    }

    @Test func withoutTheModelBeforeNothingIsCompared() {
        let loop = Loop()
        loop.models.promote(2)
        loop.poll()
        loop.look(2, beside: nil, times: 20, shares: [1, 0, 0, 0], selected: 0)
        loop.look(2, beside: 7, times: 20, shares: [1, 0, 0, 0], selected: 0)
        loop.poll()
        #expect(loop.watcher.report().probation?.looks == 0 && loop.models.rollbacks.isEmpty)
        loop.end()
    }

    @Test func aModelThatDoesWellStaysWhenItsTimeIsOver() {
        let loop = Loop()
        loop.look(1, beside: nil, times: 6)
        loop.models.promote(2)
        loop.poll()
        loop.look(2, times: 6, selected: 0.5)
        loop.pass(seconds: 599)
        #expect(loop.watcher.report().probation != nil)
        loop.pass(seconds: 1)
        #expect(loop.watcher.report().probation == nil && loop.models.rollbacks.isEmpty)
        #expect(loop.log.contains { $0.contains("The new model stays") })
        loop.end()
    }

    @Test func timeWithoutFramesIsNoProbation() {
        let loop = Loop()
        loop.models.promote(2)
        loop.poll()
        loop.end()
        loop.watcher.poll()
        for _ in 0..<3 {
            loop.clock.advance(by: .seconds(100_000))
            loop.watcher.poll()
        }
        #expect(loop.watcher.report().probation?.remaining == 600 && loop.models.kept?.remaining == 600)
        #expect(!loop.log.contains { $0.contains("The new model stays") })
    }

    /// The gate looks at none of it.
    @Test func aParkedCarsPictureIsNoProbation() {
        let loop = Loop(changesUntil: 0)
        #expect(eventually { loop.pipeline.statistics.figures(at: .zero).unchanged ?? 0 >= 0.001 })
        loop.models.promote(2)
        loop.poll()
        loop.pass(seconds: 1200)
        #expect(loop.watcher.report().probation?.remaining == 600)
        loop.end()
    }

    /// Without frames the loop takes none.
    @Test func whatTheLoopHasNotTakenIsWithdrawnWhereItIsNoLongerWanted() {
        let loop = Loop()
        loop.end()
        loop.models.promote(2)
        loop.pipeline.models.offer(PlainModel(2))
        loop.watcher.poll()
        #expect(loop.pipeline.models.isPending)
        loop.models.rollBack(2, reason: "by a person")
        loop.watcher.poll()
        #expect(!loop.pipeline.models.isPending && loop.watcher.report().probation == nil)
        #expect(loop.pipeline.models.current.model.number == 1 && loop.models.kept?.model == 1)
        #expect(!loop.pipeline.models.withdraw())
    }

    @Test func ofALongWaitForAFrameLittleCounts() {
        let loop = Loop()
        loop.models.promote(2)
        loop.poll()
        let frames = loop.pipeline.statistics.figures(at: .zero).frames
        loop.clock.advance(by: .seconds(100_000))
        #expect(eventually { loop.pipeline.statistics.figures(at: .zero).frames > frames })
        loop.poll()
        #expect(loop.watcher.report().probation?.remaining == 590)
        loop.end()
    }

    /// What the daemon that ends keeps, the next one finds.
    private func restart(_ loop: Loop, running number: Int) -> Loop {
        loop.end()
        let models = ListedModels(number)
        models.kept = loop.models.kept
        return Loop(PlainModel(number), models)
    }

    @Test func aProbationGoesOnAfterARestart() throws {
        var loop = Loop()
        loop.models.promote(2)
        loop.poll()
        loop.pass(seconds: 400)
        loop.end()
        #expect(loop.models.kept?.model == 2 && loop.models.kept?.previous == 1 && loop.models.kept?.remaining == 200)
        loop = restart(loop, running: 2)
        loop.poll()
        let probation = try #require(loop.watcher.report().probation)
        #expect(probation.model == 2 && probation.previous == 1 && probation.remaining == 200 && probation.looks == 0)
        #expect(loop.history.witness?.model.number == 1)
        loop.look(2, times: 6, shares: [0.7, 0.3, 0, 0])
        loop.poll()
        #expect(loop.models.rollbacks.map(\.number) == [2])
        loop.end()
    }

    @Test func whatIsLeftOfAProbationIsNotMoreAfterARestart() {
        var loop = Loop()
        loop.models.promote(2)
        loop.poll()
        for _ in 0..<5 {
            loop.pass(seconds: 110)
            loop = restart(loop, running: 2)
            loop.poll()
            #expect(loop.watcher.report().probation != nil)
        }
        loop.pass(seconds: 50)
        #expect(loop.watcher.report().probation == nil && loop.models.kept?.remaining == 0)
        loop = restart(loop, running: 2)
        loop.poll()
        #expect(loop.watcher.report().probation == nil && loop.history.witness == nil && loop.models.rollbacks.isEmpty)
        loop.end()
    }

    @Test func aModelThatCameWhileNothingRanIsWatchedToo() throws {
        var loop = Loop()
        loop.poll()
        #expect(loop.models.kept?.model == 1)
        loop = restart(loop, running: 2)
        loop.poll()
        let probation = try #require(loop.watcher.report().probation)
        #expect(probation.model == 2 && probation.previous == 1 && probation.remaining == 600 && probation.looks == 0)
        loop.end()
    }
}

/// A model that may be gone.
private struct Weak: Sendable {
    private(set) weak var model: PlainModel?
    init(_ model: PlainModel) { self.model = model }
}

/// Lines of a log.
private final class LineSink: Sendable {
    private let held = Mutex<[String]>([])
    var lines: [String] { held.withLock { $0 } }
    func add(_ line: String) { held.withLock { $0.append(line) } }
}
