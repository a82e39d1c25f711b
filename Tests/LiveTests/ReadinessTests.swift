import Live
import Status
import Testing

@Suite struct ReadinessTests {
    @Test func aServiceIsReadyWithItsFirstLabeledFrame() {
        var readiness = Readiness()
        #expect(readiness.change(frames: 0, at: .seconds(100)) == nil && !readiness.isStarted)
        #expect(readiness.change(frames: 2, at: .seconds(101)) == .firstFrame && readiness.isStarted)
        #expect(readiness.change(frames: 3, at: .seconds(200)) == nil && readiness.isStarted)
    }

    /// A computer's start, 'systemctl start' and 'systemctl reload' wait for it.
    @Test func aCameraThatIsOffHoldsUpAStartForTenSecondsAtMost() {
        var readiness = Readiness()
        #expect(readiness.change(frames: 0, at: .seconds(100)) == nil)
        #expect(readiness.change(frames: 0, at: .milliseconds(109_900)) == nil && !readiness.isStarted)
        #expect(readiness.change(frames: 0, at: .seconds(110)) == .withoutFrame && readiness.isStarted)
        #expect(readiness.change(frames: 0, at: .seconds(500)) == nil)
        #expect(readiness.change(frames: 1, at: .seconds(501)) == .firstFrame && readiness.isStarted)
        #expect(readiness.change(frames: 2, at: .seconds(502)) == nil)
    }

    @Test func systemctlStatusSaysWhatTheCameraIsWaitedFor() {
        let running = SourceReport(location: "/dev/video0", state: .running, problem: "of yesterday")
        #expect(running.line(rate: 14.96) == "Source running, 15.0 frames/s")
        // A line of its own would be taken for another message to the service manager.
        let waiting = SourceReport(location: "x", state: .waiting, problem: "Cannot open x:\nMAINPID=1")
        #expect(waiting.line(rate: 0) == "Source waiting, 0.0 frames/s: Cannot open x: MAINPID=1")
        let long = SourceReport(location: "x", state: .waiting, problem: String(repeating: "é", count: 5000))
        #expect(long.line(rate: 0).utf8.count < 2000)
    }
}
