import Foundation
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
