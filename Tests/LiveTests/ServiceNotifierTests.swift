import Foundation
import Live
import TestSupport
import Testing
import Threads

@Suite struct ServiceNotifierTests {
    @Test(arguments: [false, true])
    func messagesReachTheManagersSocket(isAbstract: Bool) throws {
        let manager = try NotifySocket(isAbstract: isAbstract)
        let notifier = try #require(ServiceNotifier(["NOTIFY_SOCKET": manager.name]))
        notifier.send("READY=1", "STATUS=Source running")
        #expect(manager.receive() == "READY=1\nSTATUS=Source running")
    }

    @Test func withoutAManagerThereIsNoNotifier() {
        #expect(ServiceNotifier([:]) == nil)
        #expect(ServiceNotifier(["NOTIFY_SOCKET": "vsock:1:2"]) == nil)
    }

    @Test func theWatchdogIsFedBeforeHalfOfItsTimeIsOver() throws {
        let manager = try NotifySocket(isAbstract: true)
        let notifier = try #require(
            ServiceNotifier(["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": "\(getpid())"]))
        let end = MonotonicClock.now + .milliseconds(400)
        while MonotonicClock.now < end {
            notifier.beat()
            _ = StopSignal().wait(until: MonotonicClock.now + .milliseconds(5))
        }
        var beats = 0
        while manager.receive() == "WATCHDOG=1" { beats += 1 }
        #expect((4...9).contains(beats))
    }

    @Test func aWatchdogForAnotherProcessIsNotFed() throws {
        let manager = try NotifySocket(isAbstract: true)
        let notifier = try #require(
            ServiceNotifier(["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"]))
        notifier.beat()
        #expect(manager.receive() == nil)
    }

    @Test func reloadingCarriesTheMonotonicTime() throws {
        let manager = try NotifySocket(isAbstract: true)
        try #require(ServiceNotifier(["NOTIFY_SOCKET": manager.name])).sendReloading()
        let lines = try #require(manager.receive()).split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) })
        #expect(abs(Double(time) / 1e6 - MonotonicClock.now.inSeconds) < 5)
    }

    @Test func aManagerThatIsGoneIsNoReasonToStop() throws {
        let notifier = try #require(ServiceNotifier(["NOTIFY_SOCKET": "/nowhere/notify"]))
        notifier.send("READY=1")
    }
}
