import Foundation
import Live
import Logging
import NeuralNetwork
import RoadScenes
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct LearnerStarterTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func theScheduleGoesOnWhereTheLastRunLeftIt() {
        let day = Duration.seconds(86400)
        func due(_ sinceLast: Duration?) -> Duration { LearnerSchedule(every: day, sinceLast: sinceLast, now: .seconds(5)).due }
        #expect(due(nil) == .seconds(5) + day)
        #expect(due(.seconds(86000)) == .seconds(405))
        #expect(due(day * 30) == .seconds(65))
        // The clock was set back: the last cycle lies in the future.
        #expect(due(.seconds(-31_536_000)) == .seconds(5) + day)
    }

    /// A van runs for two hours a day and sleeps, or has a clock that is only right once a satellite was heard.
    @Test func aClockThatIsSetBringsTheNextCycleNearer() {
        let (clock, day) = (ManualClock(), Duration.seconds(86400))
        let told = Mutex<Duration?>(.seconds(-1_000_000_000))
        let starter = LearnerStarter(
            LearnerProcess(["/bin/sleep", "60"]),
            schedule: LearnerSchedule(every: day, sinceLast: told.withLock { $0 }, now: clock.now),
            clock: clock, sinceLast: { told.withLock { $0 } }, logger: logger)
        #expect(starter.report().next == 86400)
        for (says, next) in [(Duration.seconds(80000), 6400.0), (.seconds(-5), 6400), (nil, 6400), (day * 3, 60)] {
            told.withLock { $0 = says }
            starter.clockChanged()
            starter.tick()
            #expect(starter.report().next == next)
        }
    }

    /// Each start would put off the first cycle by the whole of 'every'.
    @Test func beforeTheFirstCycleTheFirstModelsAgeCounts() throws {
        let folder = try TestFolder()
        let first = Date(timeIntervalSince1970: 1_800_000_000)
        let registry = try ModelRegistry(folder: folder.file("models"), now: { first })
        #expect(LearnerSchedule.sinceLast(in: registry, now: first) == nil)
        let bundle = try ModelBundle(
            classes: ClassSet(Array(ClassSet.camvid.members.prefix(3))), inputSize: .init(height: 32, width: 32),
            segmentation: Weights.heInitialized(for: Network.paper.graph(classes: 3), seed: 1))
        try registry.promote(try registry.add(bundle, origin: "import").number, reason: "the first model")
        #expect(LearnerSchedule.sinceLast(in: registry, now: first + 7200) == .seconds(7200))
    }

    @Test func oneRunsAtATimeAndItsEndIsReported() {
        let clock = ManualClock()
        let starter = LearnerStarter(
            LearnerProcess(["/bin/sleep", "60"]), schedule: nil, clock: clock, logger: logger)
        #expect(starter.report().state == .idle)
        starter.start()
        starter.start()
        #expect(starter.report().state == .running && starter.report().started == 1)
        starter.stop()
        #expect(
            eventually {
                starter.tick()
                return starter.report().state == .idle
            })
        #expect(starter.report().lastExit == "signal 15")
    }

    @Test func itStartsWhenItsTimeHasCome() {
        let clock = ManualClock()
        let schedule = LearnerSchedule(every: .seconds(3600), sinceLast: nil, now: clock.now)
        let starter = LearnerStarter(
            LearnerProcess(["/bin/sh", "-c", "exit 3"]), schedule: schedule, clock: clock, logger: logger)
        starter.tick()
        #expect(starter.report().started == 0 && starter.report().next == 3600)
        for run in 1...2 {
            clock.advance(by: .seconds(3600))
            starter.tick()
            #expect(starter.report().started == run)
            #expect(
                eventually {
                    starter.tick()
                    return starter.report().state == .idle
                })
            #expect(starter.report().lastExit == "exit 3" && starter.report().next == 3600)
        }
    }

    @Test func onceStoppedItStartsNoneByItself() {
        let clock = ManualClock()
        let schedule = LearnerSchedule(every: .seconds(3600), sinceLast: nil, now: clock.now)
        let starter = LearnerStarter(LearnerProcess(["/bin/sleep", "60"]), schedule: schedule, clock: clock, logger: logger)
        clock.advance(by: .seconds(3600))
        starter.stop()
        starter.tick()
        #expect(starter.report().started == 0 && starter.report().state == .idle)
    }

    @Test func theLearnerInheritsNothing() throws {
        let list = FileManager.default.temporaryDirectory.appendingPathComponent("inherited-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: list) }
        // As a library opens them: without the flag that closes them in children.
        let sockets = (0..<3).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { for socket in sockets { close(socket) } }
        let process = LearnerProcess([
            "/bin/sh", "-c", "for f in /proc/$$/fd/*; do readlink $f; done > \(list).new; mv \(list).new \(list)",
        ])
        try process.start()
        #expect(eventually { process.ended()?.well == true })
        let text = try String(contentsOfFile: list, encoding: .utf8)
        #expect(!text.contains("socket:"), "\(text)")
        #expect(text.hasPrefix("/dev/null\n"))
    }

    @Test func aProgramThatIsNotThereIsSaid() {
        let process = LearnerProcess(["/nowhere/camber"])
        #expect(throws: LiveError.self) { try process.start() }
        #expect(process.pid == nil)
    }
}
