import Live
import Logging
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

    @Test func aProgramThatIsNotThereIsSaid() {
        let process = LearnerProcess(["/nowhere/camber"])
        #expect(throws: LiveError.self) { try process.start() }
        #expect(process.pid == nil && LearnerProcess.ownExecutable().hasPrefix("/"))
    }
}
